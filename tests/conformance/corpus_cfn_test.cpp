// Real templates of public repositories, where they are at hand: each is read, checked against
// every service, and stood up in a world with values that suit its parameters; then half an hour
// passes, after which its groups and services have the size that they should have.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "models/catalog.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/scenario/world.hpp"
#include "tests/conformance/corpus_values.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {

namespace {

const Place kCorpusHome{"123456789012", "us-east-1"};

struct Outcome {
  std::size_t templates = 0;
  std::size_t valid = 0;
  std::size_t known = 0;                       // all of its types are rows of a service
  std::size_t simulated = 0;                   // and none of these only names its type
  std::size_t standing = 0;                    // and it stands in a world
  std::size_t sized = 0;                       // groups and services that were looked at
  std::vector<std::string> refused;            // file and first error
  std::vector<std::string> not_standing;       // valid, but not with made-up values
  std::vector<std::string> unfilled;           // groups and services of another size than wanted
  std::map<std::string, std::size_t> unknown;  // types that no service knows: in how many templates
};

const ResourceType* row_of(std::string_view type) {
  for (const Service* service : catalog()) {
    const auto row = std::ranges::find(service->resources, type, &ResourceType::type);
    if (row != service->resources.end()) return &*row;
  }
  return nullptr;
}

/// Nested and custom resources belong to CloudFormation itself.
bool is_own(std::string_view type) {
  return type.starts_with("Custom::") || type.starts_with("AWS::CloudFormation::");
}

void count_types(const Template& text, Outcome& outcome) {
  std::set<std::string> unknown;
  bool simulated = true;
  for (const TemplateResource& resource : text.resources()) {
    if (is_own(resource.type)) continue;
    const ResourceType* row = row_of(resource.type);
    if (row == nullptr) unknown.insert(resource.type);
    simulated = simulated && row != nullptr && row->not_simulated.empty();
  }
  for (const std::string& type : unknown) ++outcome.unknown[type];
  if (unknown.empty()) ++outcome.known;
  if (simulated) ++outcome.simulated;
}

/// The name between the quotes of "no stack before this one exports "vpc-VPC"", or "".
std::string missing_export(std::string_view error) {
  constexpr std::string_view kBefore = "no stack before this one exports \"";
  const auto at = error.find(kBefore);
  if (at == error.npos) return {};
  const auto from = at + kBefore.size();
  return std::string{error.substr(from, error.find('"', from) - from)};
}

std::string first_error(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics.sorted())
    if (diagnostic.severity == Severity::error) return diagnostic.message;
  return {};
}

/// Groups and services: what they have beside what they want.
void look_at_sizes(World& world, const std::string& name, Outcome& outcome) {
  const auto look = [&](const Json& answer, std::string_view list, auto actual,
                        std::string_view wanted, std::string_view called) {
    for (const Json& one : input::member(answer, list)) {
      ++outcome.sized;
      const std::int64_t has = actual(one);
      const std::int64_t wants = input::integer(one, wanted).value_or(0);
      if (has != wants)
        outcome.unfilled.push_back(
            fmt::format("{}: {} has {} of {}", name, input::text(one, called), has, wants));
    }
  };
  const auto in_service = [](const Json& group) {
    std::int64_t count = 0;
    for (const Json& instance : input::member(group, "Instances"))
      if (input::text(instance, "LifecycleState") == "InService") ++count;
    return count;
  };
  const auto groups = world.cloud().inspect(kCorpusHome, "autoscaling", "DescribeAutoScalingGroups",
                                            Json::object());
  if (groups)
    look(*groups, "AutoScalingGroups", in_service, "DesiredCapacity", "AutoScalingGroupName");
  for (const Resource* service : world.cloud().resources().of_type("AWS::ECS::Service")) {
    const Resource* cluster = nullptr;
    for (const Resource* one : world.cloud().resources().of_type("AWS::ECS::Cluster"))
      cluster = one;
    Json ask{{"services", {service->physical_id}}};
    if (cluster != nullptr) ask["cluster"] = cluster->physical_id;
    const auto services = world.cloud().inspect(kCorpusHome, "ecs", "DescribeServices", ask);
    if (services)
      look(
          *services, "services",
          [](const Json& one) { return input::integer(one, "runningCount").value_or(0); },
          "desiredCount", "serviceName");
  }
}

/// One without a default that opsim does not make up itself, or whose default is no mail address.
bool needs_value(const TemplateParameter& parameter) {
  if (parameter.default_value)
    return parameter.default_value->empty() && parameter.name.find("Email") != std::string::npos;
  return parameter.type.find("AWS::EC2::") == std::string::npos ||
         parameter.type == "AWS::EC2::Instance::Id" || parameter.type == "AWS::EC2::Volume::Id";
}

/// Why it does not stand, or "". What other stacks should export is made up as it is asked for.
std::string stand_it_up(const std::string& name, const Template& text, Outcome& outcome) {
  std::map<std::string, Json> exports;
  for (int tries = 0; tries < 32; ++tries) {
    World world{catalog(), kCorpusHome, *parse_iso8601("2026-03-02T09:00:00Z"), Seed{1},
                Level::nothing};
    Exports exported;
    for (const auto& [export_name, value] : exports)
      exported.add(kCorpusHome, export_name, {value, "made-up"});
    Diagnostics diagnostics;
    StackSettings settings{.name = "my-stack", .place = kCorpusHome};
    for (const TemplateParameter& parameter : text.parameters())
      if (needs_value(parameter)) settings.parameters[parameter.name] = suitable_value(parameter);
    stand_up(world.cloud(), text, settings, exported, diagnostics);
    const std::string wrong = first_error(diagnostics);
    if (const std::string missing = missing_export(wrong); !missing.empty()) {
      exports[missing] = suitable_export(missing);
      continue;
    }
    if (!wrong.empty()) return wrong;
    world.run_until(world.sim().now() + std::chrono::minutes{30});
    look_at_sizes(world, name, outcome);
    return {};
  }
  return "it imports more than 32 values";
}

void play(const std::filesystem::path& file, Outcome& outcome, NotSimulated& list) {
  const std::string name = file.filename().string();
  ++outcome.templates;
  Diagnostics diagnostics;
  try {
    std::ifstream stream{file, std::ios::binary};
    const std::string content{std::istreambuf_iterator<char>{stream}, {}};
    const Document document =
        read_text(file.string(), filled_in(content), {.duplicates = Duplicates::last_wins});
    CHECK(Template::recognises(document.root));
    const Template text = Template::read(document, diagnostics);
    check(text, catalog(), diagnostics, list);
    if (diagnostics.count() == 0) {
      ++outcome.valid;
      CHECK(text.creation_order().size() == text.resources().size());
      count_types(text, outcome);
      if (const std::string wrong = stand_it_up(name, text, outcome); !wrong.empty())
        outcome.not_standing.push_back(fmt::format("{}: {}", name, wrong));
      else
        ++outcome.standing;
      return;
    }
  } catch (const BadInput& bad) {
    diagnostics.append(bad.diagnostics());
  }
  const std::string text = diagnostics.text();
  outcome.refused.push_back(fmt::format("{}: {}", name, text.substr(0, text.find('\n'))));
}

std::string lines(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& line : all) text += "\n  " + line;
  return text;
}

}  // namespace

TEST_SUITE("template: the corpus") {
  TEST_CASE("every real template is read, stands, and fills its groups and services") {
    const auto shared = shared_folder();
    if (!shared || !std::filesystem::exists(*shared / "corpus" / "cfn")) {
      MESSAGE("skipped: no corpus here");
      return;
    }
    std::set<std::filesystem::path> files;  // in one order, whatever the file system's
    for (const auto& entry : std::filesystem::directory_iterator(*shared / "corpus" / "cfn"))
      files.insert(entry.path());
    Outcome outcome;
    NotSimulated list;
    for (const auto& file : files) play(file, outcome, list);
    MESSAGE(
        fmt::format("{} templates: {} valid, {} of known types only, {} of simulated ones "
                    "only, {} stand; refused:{}",
                    outcome.templates, outcome.valid, outcome.known, outcome.simulated,
                    outcome.standing, lines(outcome.refused)));
    MESSAGE(fmt::format("{} do not stand:{}", outcome.not_standing.size(),
                        lines(outcome.not_standing)));
    MESSAGE(fmt::format("{} groups and services, {} not of their size:{}", outcome.sized,
                        outcome.unfilled.size(), lines(outcome.unfilled)));
    std::vector<std::string> unknown;
    for (const auto& [type, count] : outcome.unknown)
      unknown.push_back(fmt::format("{} {}", count, type));
    MESSAGE(fmt::format("{} types that no service knows:{}", unknown.size(), lines(unknown)));
    CHECK(outcome.valid + outcome.refused.size() == outcome.templates);
    CHECK(outcome.unfilled.empty());
    if (outcome.templates == 219) {
      // An embedding that its tool has not resolved yet, and a serverless-framework text.
      CHECK(outcome.refused.size() == 2);
      CHECK(outcome.known >= 150);
      CHECK(outcome.simulated >= 120);
      CHECK(outcome.standing >= 190);
    }
  }
}

}  // namespace opsim::tests
