#include "models/compute/agent_config.hpp"

#include <doctest/doctest.h>

#include "models/compute/launch_spec.hpp"

namespace opsim::compute {

namespace {

std::vector<std::string> names_of(const AgentConfig& config) {
  std::vector<std::string> names;
  for (const AgentMetric& metric : config.metrics) {
    std::string name = metric.name;
    for (const auto& [key, value] : metric.dimensions) name += " " + key + "=" + value;
    names.push_back(name);
  }
  return names;
}

Json collecting(const Json& collected) { return {{"metrics", {{"metrics_collected", collected}}}}; }

}  // namespace

TEST_SUITE("compute: the CloudWatch agent's configuration") {
  TEST_CASE("names metrics by plugin and measurement, with or without the prefix") {
    for (const char* written : {"used_percent", "disk_used_percent"}) {
      const auto config = parse_agent_config(
          collecting({{"disk", {{"measurement", {written}}, {"resources", {"/"}}}}}));
      REQUIRE(config.has_value());
      CHECK(names_of(*config) == std::vector<std::string>{"disk_used_percent path=/ fstype=xfs"});
      CHECK(config->metrics.front().names_device);
    }
  }

  TEST_CASE("drop_device leaves the device out") {
    const auto config = parse_agent_config(collecting(
        {{"disk",
          {{"measurement", {"used_percent"}}, {"resources", {"/"}}, {"drop_device", true}}}}));
    CHECK_FALSE(config->metrics.front().names_device);
  }

  TEST_CASE("collects every minute unless the agent or the plugin says otherwise") {
    const Json file{
        {"agent", {{"metrics_collection_interval", 10}}},
        {"metrics",
         {{"metrics_collected",
           {{"mem", {{"measurement", {"mem_used_percent"}}}},
            {"swap",
             {{"measurement", {"swap_used_percent"}}, {"metrics_collection_interval", 30}}}}}}}};
    const auto config = parse_agent_config(file);
    REQUIRE(config->metrics.size() == 2);
    CHECK(config->metrics[0].every == 10s);
    CHECK(config->metrics[1].every == 30s);
    const auto plain =
        parse_agent_config(collecting({{"mem", {{"measurement", {"used_percent"}}}}}));
    CHECK(plain->metrics[0].every == 60s);
  }

  TEST_CASE("lists what it cannot simulate") {
    const auto config =
        parse_agent_config(collecting({{"netstat", {{"measurement", {"tcp_established"}}}},
                                       {"disk", {{"measurement", {"inodes_free"}}}}}));
    CHECK(config->metrics.empty());
    CHECK(config->not_simulated == std::vector<std::string>{"disk inodes_free", "netstat"});
  }

  TEST_CASE("appends the dimensions of its placeholders, escaped or not") {
    for (const char* placeholder : {"${aws:InstanceId}", "${!aws:InstanceId}"}) {
      Json file = collecting(Json::object());
      file["metrics"]["append_dimensions"] = {{"InstanceId", placeholder}, {"Team", "web"}};
      CHECK(parse_agent_config(file)->append == std::vector<std::string>{"InstanceId"});
    }
  }

  TEST_CASE("is found in a here-document of a script, also with escaped dollars") {
    const auto config = agent_config_in_script(R"(#!/bin/bash
clean() { rm -rf /tmp/x; }
cat > /opt/config.json <<EOF
{"agent": {"run_as_user": "root"},
 "metrics": {"namespace": "Web", "append_dimensions": {"InstanceId": "\${aws:InstanceId}"},
  "metrics_collected": {"mem": {"measurement": ["mem_used_percent"]}}}}
EOF
start)");
    REQUIRE(config.has_value());
    CHECK(config->metric_namespace == "Web");
    CHECK(config->append == std::vector<std::string>{"InstanceId"});
    CHECK(names_of(*config) == std::vector<std::string>{"mem_used_percent"});
  }

  TEST_CASE("is found among the files of cfn-init, as text and as JSON") {
    const Json config = collecting({{"mem", {{"measurement", {"used_percent"}}}}});
    for (const Json& content : {config, Json(config.dump())}) {
      const Json metadata{{"AWS::CloudFormation::Init",
                           {{"config", {{"files", {{"/opt/a.json", {{"content", content}}}}}}}}}};
      CHECK(agent_config_in_metadata(metadata).has_value());
    }
  }

  TEST_CASE("may live in a parameter that user data fetches") {
    CHECK(agent_parameter_in_script("x\namazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -c "
                                    "ssm:AmazonCloudWatch-linux -s\n") == "AmazonCloudWatch-linux");
    CHECK(agent_parameter_in_script("amazon-cloudwatch-agent-ctl -a fetch-config -c file:/x")
              .empty());
  }

  TEST_CASE("user data is read in base64 and plain") {
    const std::string script = "#!/bin/bash\n{\"metrics\":{\"metrics_collected\":{}}}";
    const std::string encoded = "IyEvYmluL2Jhc2gKeyJtZXRyaWNzIjp7Im1ldHJpY3NfY29sbGVjdGVkIjp7fX19";
    CHECK(plain_user_data(encoded) == script);
    CHECK(plain_user_data(script) == script);
    CHECK(read_launch_spec({{"UserData", encoded}}, Json{}).agent.has_value());
  }

  TEST_CASE("nonsense is no configuration, and ends quickly") {
    CHECK_FALSE(agent_config_in_script("metrics_collected").has_value());
    CHECK_FALSE(agent_config_in_script(std::string(20'000, '{') + "metrics_collected").has_value());
    CHECK_FALSE(parse_agent_config(Json::array({1, 2})).has_value());
    CHECK_FALSE(parse_agent_config({{"metrics", "metrics_collected"}}).has_value());
  }
}

TEST_SUITE("compute: launch specifications") {
  TEST_CASE("read the members of all four forms") {
    const LaunchSpec instance = read_launch_spec({{"ImageId", "ami-1"},
                                                  {"Monitoring", true},
                                                  {"SubnetId", "subnet-1"},
                                                  {"Tags", {{{"Key", "Name"}, {"Value", "web"}}}}},
                                                 Json{});
    CHECK(instance.detailed_monitoring);
    CHECK(instance.subnet == "subnet-1");
    CHECK(instance.tags.at("Name") == "web");
    const LaunchSpec data = read_launch_spec(
        {{"Monitoring", {{"Enabled", "true"}}},
         {"IamInstanceProfile", {{"Arn", "arn:aws:iam::012345678901:instance-profile/web"}}},
         {"BlockDeviceMappings", {{{"Ebs", {{"VolumeSize", "20"}}}}}},
         {"TagSpecifications",
          {{{"ResourceType", "instance"}, {"Tags", {{{"Key", "a"}, {"Value", "b"}}}}},
           {{"ResourceType", "volume"}, {"Tags", {{{"Key", "c"}, {"Value", "d"}}}}}}}},
        Json{});
    CHECK(data.detailed_monitoring);
    CHECK(data.instance_profile == "arn:aws:iam::012345678901:instance-profile/web");
    CHECK(data.root.gib == 20);
    CHECK(data.tags.size() == 1);
  }

  TEST_CASE("what a call gives replaces what its template has") {
    const Json merged = overlaid({{"ImageId", "ami-1"}, {"KeyName", "k"}}, {{"ImageId", "ami-2"}});
    CHECK(merged == Json{{"ImageId", "ami-2"}, {"KeyName", "k"}});
  }

  TEST_CASE("memory and root device follow the instance type") {
    CHECK(memory_gib("t3.micro") == 1);
    CHECK(memory_gib("m5.2xlarge") == 32);
    CHECK(memory_gib("nonsense") == 8);
    CHECK(root_device("t2.micro") == "xvda1");
    CHECK(root_device("t3.micro") == "nvme0n1p1");
  }
}

}  // namespace opsim::compute
