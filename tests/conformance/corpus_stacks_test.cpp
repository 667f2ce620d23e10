// Real templates of public repositories, made by calls: what stands at a world's beginning can also
// be created, is up to date with itself, and goes away again.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "models/catalog.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"
#include "opsim/scenario/world.hpp"
#include "tests/conformance/corpus_values.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {

namespace {

struct StackLives {
  std::size_t tried = 0;
  std::size_t lived = 0;
  std::vector<std::string> not_created;
  std::vector<std::string> not_same;     // an update with itself found something to do
  std::vector<std::string> not_deleted;  // or left something behind
};

/// All of its types are simulated; custom resources and wait conditions would wait for somebody.
bool is_simulated_only(const Template& text) {
  return std::ranges::all_of(text.resources(), [](const TemplateResource& resource) {
    for (const Service* service : catalog()) {
      const auto row = std::ranges::find(service->resources, resource.type, &ResourceType::type);
      if (row != service->resources.end())
        return row->not_simulated.empty() && !resource.type.starts_with("AWS::CloudFormation::");
    }
    return false;
  });
}

struct CallingWorld {
  World world{catalog(), Place{"123456789012", "us-east-1"}, *parse_iso8601("2026-03-02T09:00:00Z"),
              Seed{1}, Level::nothing};

  ApiResult<Json> call(std::string operation, Json input) {
    Caller caller = world.user();
    caller.instant = true;
    std::optional<ApiResult<Json>> answer;
    Process<ApiResult<Json>> asked =
        world.cloud().call(caller, "cloudformation", std::move(operation), std::move(input));
    world.sim().spawn(opsim::detail::keep_result(std::move(asked), answer));
    while (!answer && world.sim().run_one()) {
    }
    return answer ? *answer : ApiResult<Json>{ApiError{"Never", "no answer"}};
  }
  Json stack(const std::string& id) {
    const auto answer = call("DescribeStacks", {{"StackName", id}});
    return answer ? (*answer)["Stacks"][0] : Json{{"StackStatus", answer.error().message}};
  }
  std::string settle(const std::string& id) {
    for (int i = 0; i < 600; ++i) {
      const auto status = stack(id)["StackStatus"].get<std::string>();
      if (!status.ends_with("_IN_PROGRESS")) return status;
      world.run_until(world.sim().now() + std::chrono::minutes{2});
    }
    return "never";
  }
  std::string first_failure(const std::string& id) {
    std::string reason;
    const auto answer = call("DescribeStackEvents", {{"StackName", id}});
    if (answer)
      for (const Json& event : (*answer)["StackEvents"])
        if (event["ResourceStatus"].get<std::string>().ends_with("_FAILED"))
          reason = event["LogicalResourceId"].get<std::string>() + ": " +
                   event.value("ResourceStatusReason", "");
    return reason;
  }
  /// What still stands under the stack's name and was not to be kept.
  std::string left_behind(const std::string& id) {
    const auto events = call("DescribeStackEvents", {{"StackName", id}});
    std::set<std::string> kept;
    for (const Json& event : (*events)["StackEvents"])
      if (event["ResourceStatus"] == "DELETE_SKIPPED")
        kept.insert(event["LogicalResourceId"].get<std::string>());
    for (const Service* service : catalog())
      for (const ResourceType& row : service->resources)
        for (const Resource* resource : world.cloud().resources().of_type(row.type))
          if (resource->stack == "my-stack" && !kept.contains(resource->logical_id))
            return resource->logical_id + " " + resource->type;
    return {};
  }
};

void live_through(const std::string& name, const std::string& body, const Template& text,
                  StackLives& lives) {
  Json input{{"StackName", "my-stack"},
             {"TemplateBody", body},
             {"Capabilities", {"CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"}},
             {"Parameters", Json::array()}};
  for (const TemplateParameter& parameter : text.parameters())
    if (!parameter.default_value)
      input["Parameters"].push_back(
          {{"ParameterKey", parameter.name}, {"ParameterValue", suitable_value(parameter)}});
  ++lives.tried;
  CallingWorld made;
  const auto created = made.call("CreateStack", input);
  if (!created) {
    lives.not_created.push_back(fmt::format("{}: {}", name, created.error().message));
    return;
  }
  const auto id = (*created)["StackId"].get<std::string>();
  if (const std::string status = made.settle(id); status != "CREATE_COMPLETE") {
    lives.not_created.push_back(fmt::format("{}: {}: {}", name, status, made.first_failure(id)));
    return;
  }
  const auto again = made.call("UpdateStack", input);
  if (again || again.error().message != "No updates are to be performed.")
    lives.not_same.push_back(
        fmt::format("{}: {}", name, again ? "it updates" : again.error().message));
  if (again) made.settle(id);
  (void)made.call("DeleteStack", {{"StackName", id}});
  const std::string status = made.settle(id);
  const std::string left = made.left_behind(id);
  if (status != "DELETE_COMPLETE" || !left.empty())
    lives.not_deleted.push_back(
        fmt::format("{}: {} {} {}", name, status, left,
                    status == "DELETE_COMPLETE" ? "" : made.first_failure(id)));
  if (status == "DELETE_COMPLETE" && left.empty() && !again) ++lives.lived;
}

void live_file(const std::filesystem::path& file, StackLives& lives) {
  try {
    std::ifstream stream{file, std::ios::binary};
    const std::string content{std::istreambuf_iterator<char>{stream}, {}};
    const std::string body = filled_in(content);
    Diagnostics diagnostics;
    NotSimulated list;
    const Template text = Template::read(
        read_text("t", body, {.duplicates = Duplicates::last_wins}), diagnostics, nullptr);
    check(text, catalog(), diagnostics, list);
    // Values that other stacks export are not there; more than 51,200 bytes come from a bucket.
    if (diagnostics.count() > 0 || !is_simulated_only(text) || body.size() > 51'200 ||
        body.find("ImportValue") != std::string::npos)
      return;
    live_through(file.filename().string(), body, text, lives);
  } catch (const BadInput&) {
    return;  // told by the test of the corpus itself
  }
}

std::string one_a_line(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& line : all) text += "\n  " + line;
  return text;
}

}  // namespace

TEST_SUITE("cloudformation: the corpus") {
  TEST_CASE("real templates are created, are up to date with themselves, and go away") {
    const auto shared = shared_folder();
    if (!shared || !std::filesystem::exists(*shared / "corpus" / "cfn")) {
      MESSAGE("skipped: no corpus here");
      return;
    }
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(*shared / "corpus" / "cfn"))
      files.insert(entry.path());
    StackLives lives;
    for (const auto& file : files) live_file(file, lives);
    MESSAGE(fmt::format("{} of {} live and go; not created:{}\nnot the same:{}\nleft behind:{}",
                        lives.lived, lives.tried, one_a_line(lives.not_created),
                        one_a_line(lives.not_same), one_a_line(lives.not_deleted)));
    CHECK(lives.not_same.empty());
    CHECK(lives.not_deleted.empty());
    if (files.size() == 219) CHECK(lives.lived >= 130);
  }
}

}  // namespace opsim::tests
