#pragma once
#include <fmt/format.h>
/// A world of EC2 and Auto Scaling alone, with stand-ins for what they tell: events and topics.
#include <doctest/doctest.h>

#include <ostream>
#include <string>
#include <vector>

#include "models/compute/groups.hpp"
#include "models/compute/service.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/document/read.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim {

/// For messages of failed checks.
inline std::ostream& operator<<(std::ostream& out, const ApiError& error) {
  return out << error.code << ": " << error.message;
}
inline std::ostream& operator<<(std::ostream& out, Health health) {
  return out << to_string(health);
}

}  // namespace opsim

namespace opsim::tests {

inline const SimTime kStart = *parse_iso8601("2026-03-02T09:00:00Z");
inline const Place kHome{"012345678901", "us-east-1"};

class Listener : public Model {
 public:
  explicit Listener(Cloud& of) : cloud{of} {}
  Cloud& cloud;
  std::vector<Event> events;
  std::vector<Delivery> deliveries;
  Json parameters = Json::object();  // what GetParameter answers, by name
};
inline Process<ApiResult<Json>> take_delivery(Listener& listener, Delivery delivery) {
  listener.deliveries.push_back(std::move(delivery));
  co_return Json::object();
}
inline ApiResult<Json> get_parameter(Listener& listener, const Request& request) {
  const std::string name = request.input.at("Name").get<std::string>();
  if (!listener.parameters.contains(name)) return ApiError{"ParameterNotFound", name};
  return Json{{"Parameter", {{"Name", name}, {"Value", listener.parameters[name]}}}};
}
inline constexpr DeliveryTarget kTopics[] = {{"sns", "", &deliver<Listener, take_delivery>}};
inline constexpr Operation kParameters[] = {
    {.name = "GetParameter", .access = Access::read, .now = &immediate<Listener, get_parameter>}};
inline const Service kListener{
    .name = "ssm",
    .title = "stand-in",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<Listener>(cloud);
    },
    .operations = kParameters,
    .targets = kTopics,
    .on_event = [](Model& model,
                   const Event& event) { static_cast<Listener&>(model).events.push_back(event); }};
inline const Service* const kServices[] = {&kAutoScaling, &kEc2, &kListener};

struct World {
  explicit World(Seed seed = Seed{1}, Level level = Level::everything, Catalog services = kServices)
      : sim{kStart, seed}, journal{sim, level}, cloud{sim, journal, services, kHome} {}

  /// An operation at once, without latency or record.
  ApiResult<Json> ask(std::string_view service, std::string_view operation, const Json& input) {
    const Caller caller{kHome, "arn:aws:iam::012345678901:user/operator", ""};
    for (const Service* one : cloud.catalog())
      for (const Operation& row : one->operations)
        if (one->name == service && row.name == operation && row.now != nullptr)
          return row.now(*cloud.model(service), Request{cloud, caller, one->name, row.name, input});
    return ApiError{"NotSimulated", std::string{operation}};
  }
  Json ec2(std::string_view operation, const Json& input = Json::object()) {
    const ApiResult<Json> answer = ask("ec2", operation, input);
    REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
    return *answer;
  }
  Json autoscaling(std::string_view operation, const Json& input = Json::object()) {
    const ApiResult<Json> answer = ask("autoscaling", operation, input);
    REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
    return *answer;
  }
  /// The code of the error with which an operation refuses.
  std::string refusal(std::string_view service, std::string_view operation, const Json& input) {
    const ApiResult<Json> answer = ask(service, operation, input);
    return answer ? "none" : answer.error().code;
  }

  /// Creates a resource as a stack does; its physical id.
  std::string stand(std::string_view type, const std::string& logical_id, const Json& properties,
                    const Json& beside = Json::object()) {
    for (const Service* service : cloud.catalog()) {
      for (const ResourceType& row : service->resources) {
        if (row.type != type) continue;
        const ResourceRequest request{cloud,      kHome,  "web",          logical_id, type,
                                      properties, beside, "stack.yaml:7", Node{}};
        const ApiResult<Created> made = row.create(*cloud.model(service->name), request);
        REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
        enter(type, logical_id, *made);
        return made->physical_id;
      }
    }
    FAIL("no such type");
    return {};
  }
  /// A group of so many instances over three zones, from a launch template.
  std::string fleet_of(int size, Json group = Json::object(), Json data = Json::object()) {
    data["ImageId"] = "ami-12345678";
    const std::string id =
        stand("AWS::EC2::LaunchTemplate", "Template", {{"LaunchTemplateData", data}});
    group["LaunchTemplate"] = {{"LaunchTemplateId", id}, {"Version", "1"}};
    group["MinSize"] = std::to_string(size);
    group["MaxSize"] = std::to_string(2 * size);
    return stand("AWS::AutoScaling::AutoScalingGroup", "WebFleet", group);
  }
  void physics(std::string_view name, std::string_view yaml) {
    const Resource* resource = cloud.resources().find(name);
    const std::string_view type = resource == nullptr ? name : resource->type;
    documents.push_back(read_yaml("scenario.yaml", yaml));
    for (const Service* service : cloud.catalog()) {
      for (const Physics& row : service->physics) {
        if (row.of != type) continue;
        Diagnostics wrong;
        check(documents.back().root, *row.shape, wrong);
        REQUIRE_MESSAGE(wrong.count() == 0, wrong.text());
        row.apply(*cloud.model(service->name), {cloud, name, "", resource, documents.back().root});
      }
    }
  }
  /// Begins a fault as a timeline does; the id of its entry.
  CauseId fault(std::string_view name, std::string_view on, std::string_view yaml) {
    std::string text{yaml};
    if (text.ends_with('}')) {
      text.pop_back();
      text += (text == "{" ? "" : ", ") + fmt::format("on: {}}}", on);
    } else {
      text += fmt::format("\non: {}", on);
    }
    documents.push_back(read_yaml("scenario.yaml", text));
    for (const Fault& row : kEc2.faults) {
      if (row.name != name) continue;
      Diagnostics wrong;
      check(documents.back().root, *row.shape, wrong);
      REQUIRE_MESSAGE(wrong.count() == 0, wrong.text());
      const CauseId id = journal.write({.kind = EntryKind::fault,
                                        .level = Level::goals,
                                        .subject = std::string{on},
                                        .text = std::string{name}});
      const CauseScope because{sim, id};
      row.begin(*cloud.model("ec2"),
                {cloud, documents.back().root, cloud.members(on), "scenario.yaml:21"});
      return id;
    }
    FAIL("no such fault");
    return {};
  }

  void run(Duration time) { sim.run_until(sim.now() + time); }
  Listener& listener() { return *static_cast<Listener*>(cloud.model("ssm")); }
  std::vector<Event> events(std::string_view detail_type) {
    std::vector<Event> found;
    for (const Event& event : listener().events)
      if (event.detail_type == detail_type) found.push_back(event);
    return found;
  }
  compute::Instance& instance(std::string_view id) {
    compute::Instance* found = static_cast<compute::Fleet*>(cloud.model("ec2"))->find(id);
    REQUIRE(found != nullptr);
    return *found;
  }
  std::string state(const std::string& id) {
    const Json answer = ec2("DescribeInstances", {{"InstanceIds", {id}}});
    return answer["Reservations"][0]["Instances"][0]["State"]["Name"].get<std::string>();
  }
  Json group(std::string_view name = "web-WebFleet") {
    const Json answer =
        autoscaling("DescribeAutoScalingGroups", {{"AutoScalingGroupNames", {name}}});
    REQUIRE(answer["AutoScalingGroups"].size() == 1);
    return answer["AutoScalingGroups"][0];
  }
  /// The last sample of a series in the last ten minutes.
  std::optional<double> latest(std::string_view metric_namespace, std::string_view name,
                               const Dimensions& dimensions,
                               std::string_view statistic = "Maximum") {
    const auto series =
        cloud.metrics().find({kHome, std::string{metric_namespace}, std::string{name}, dimensions});
    if (!series) return std::nullopt;
    const Window window{sim.now() - 1min, sim.now(), sim.now() + 1h};
    return cloud.metrics().statistic(*series, *Statistic::parse(statistic), window);
  }
  /// Entries of a kind, as "subject: text".
  std::vector<std::string> told(EntryKind kind) {
    std::vector<std::string> lines;
    for (const JournalEntry& entry : journal.entries())
      if (entry.kind == kind) lines.push_back(entry.subject + ": " + entry.text);
    return lines;
  }
  const JournalEntry* last(EntryKind kind, std::string_view subject) {
    const JournalEntry* found = nullptr;
    for (const JournalEntry& entry : journal.entries())
      if (entry.kind == kind && entry.subject == subject) found = &entry;
    return found;
  }

  Simulation sim;
  Journal journal;
  Cloud cloud;
  std::vector<Document> documents;

 private:
  void enter(std::string_view type, const std::string& logical_id, const Created& made) {
    Resource resource;
    resource.logical_id = logical_id;
    resource.type = type;
    resource.physical_id = made.physical_id;
    resource.arn = made.arn;
    resource.place = kHome;
    resource.stack = "web";
    resource.source = "stack.yaml:7";
    resource.attributes = made.attributes;
    cloud.resources().add_or_complete(std::move(resource));
  }
};

}  // namespace opsim::tests
