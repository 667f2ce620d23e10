#pragma once
/// A cluster with one service of three Fargate tasks, and what it tells.
#include <string>
#include <vector>

#include "models/ecs/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

inline const Service* const kContainerServices[] = {&kEcs};

inline Json web_definition(Json more = Json::object()) {
  Json definition{
      {"Family", "web"},
      {"RequiresCompatibilities", {"FARGATE"}},
      {"NetworkMode", "awsvpc"},
      {"Cpu", "256"},
      {"Memory", "512"},
      {"ContainerDefinitions",
       {{{"Name", "app"}, {"Image", "web:1"}, {"PortMappings", {{{"ContainerPort", 80}}}}}}}};
  definition.update(more);
  return definition;
}

/// The same with a health check every ten seconds, two failures.
inline Json checked_definition() {
  return web_definition({{"ContainerDefinitions",
                          {{{"Name", "app"},
                            {"Image", "web:1"},
                            {"HealthCheck",
                             {{"Command", {"CMD-SHELL", "curl -f http://localhost/"}},
                              {"Interval", 10},
                              {"Retries", 2},
                              {"StartPeriod", 60}}}}}}});
}

struct ContainerWorld : SmallWorld {
  explicit ContainerWorld(const Json& definition = web_definition(), Json more = Json::object(),
                          Seed seed = Seed{1})
      : SmallWorld{kContainerServices, seed} {
    make("AWS::ECS::Cluster", "Cluster", {{"ClusterName", "prod"}});
    Json service{{"ServiceName", "web"},
                 {"Cluster", "prod"},
                 {"DesiredCount", 3},
                 {"TaskDefinition", make("AWS::ECS::TaskDefinition", "Definition", definition)},
                 {"NetworkConfiguration", {{"AwsvpcConfiguration", {{"Subnets", Json::array()}}}}}};
    service.update(more);
    arn = make("AWS::ECS::Service", "Web", service);
  }

  void physics(const std::string& yaml, std::string_view of = "Web") {
    const Document document = read_yaml("scenario.yaml", yaml);
    const Resource* resource = cloud.resources().find(of);
    kEcs.physics[0].apply(*cloud.model("ecs"), {cloud, of, "", resource, document.root});
  }
  void fault(std::string_view name, const std::string& yaml) {
    const Document document = read_yaml("scenario.yaml", yaml);
    for (const Fault& row : kEcs.faults)
      if (row.name == name)
        return row.begin(*cloud.model("ecs"),
                         {cloud, document.root, cloud.members(arn), "scenario.yaml:1", "1"});
    FAIL("no fault " << name);
  }
  Json service() {
    return must("ecs", "DescribeServices",
                {{"cluster", "prod"}, {"services", {"web"}}})["services"][0];
  }
  Json tasks(std::string_view status = "RUNNING") {
    const Json arns =
        must("ecs", "ListTasks", {{"cluster", "prod"}, {"desiredStatus", status}})["taskArns"];
    if (arns.empty()) return Json::array();
    return must("ecs", "DescribeTasks", {{"cluster", "prod"}, {"tasks", arns}})["tasks"];
  }
  Json update(Json more) {
    more["cluster"] = "prod";
    more["service"] = "web";
    return must("ecs", "UpdateService", more)["service"];
  }
  /// How many tasks are to run, and how many of them do.
  struct Running {
    std::int64_t active = 0;
    std::int64_t running = 0;
  };
  Running running() {
    Running count;
    const Json asked{{"cluster", "prod"}};
    const Json arns = *cloud.inspect(cloud.home(), "ecs", "ListTasks", asked);
    if (arns["taskArns"].empty()) return count;
    const Json more{{"cluster", "prod"}, {"tasks", arns["taskArns"]}};
    const Json found = *cloud.inspect(cloud.home(), "ecs", "DescribeTasks", more);
    for (const Json& task : found["tasks"]) {
      ++count.active;
      if (task["lastStatus"] == "RUNNING") ++count.running;
    }
    return count;
  }

  std::string arn;
};

}  // namespace opsim::tests
