#include "models/codedeploy/appspec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/read.hpp"

namespace opsim::codedeploy {

namespace {

// reference-appspec-file-structure-hooks, in the order of that page.
constexpr std::array<std::string_view, 7> kServerEvents{
    "ApplicationStop", "DownloadBundle",   "BeforeInstall",  "Install",
    "AfterInstall",    "ApplicationStart", "ValidateService"};
constexpr std::array<std::string_view, 3> kBlock{"BeforeBlockTraffic", "BlockTraffic",
                                                 "AfterBlockTraffic"};
constexpr std::array<std::string_view, 3> kAllow{"BeforeAllowTraffic", "AllowTraffic",
                                                 "AfterAllowTraffic"};
constexpr std::array<std::string_view, 8> kEcsEvents{"BeforeInstall",         "Install",
                                                     "AfterInstall",          "TestTraffic",
                                                     "AfterAllowTestTraffic", "BeforeAllowTraffic",
                                                     "AllowTraffic",          "AfterAllowTraffic"};

/// "Start, DownloadBundle, Install, BlockTraffic, AllowTraffic and End cannot be scripted."
bool is_scriptable(std::string_view event) {
  return event != "DownloadBundle" && event != "Install" && event != "BlockTraffic" &&
         event != "AllowTraffic" && event != "TestTraffic";
}

struct Reading {
  std::vector<std::string> wrong;
  template <class... Args>
  void complain(fmt::format_string<Args...> format, Args&&... args) {
    wrong.push_back(fmt::format(format, std::forward<Args>(args)...));
  }
};

void check_event(Reading& reading, Platform platform, const std::string& event) {
  const std::vector<std::string_view> known = lifecycle_events(platform, true);
  if (std::ranges::find(known, event) == known.end() || !is_scriptable(event))
    reading.complain("hook {} is not valid{}", opsim::quoted(event), did_you_mean(event, known));
}

void read_scripts(Reading& reading, const Json& hooks, AppSpec& spec) {
  if (!hooks.is_object()) return;
  for (const auto& [event, scripts] : hooks.items()) {
    check_event(reading, Platform::server, event);
    if (!scripts.is_array()) {
      reading.complain("hook {} must be a list of scripts", opsim::quoted(event));
      continue;
    }
    for (const Json& script : scripts) {
      HookScript hook{input::text(script, "location"),
                      input::integer(script, "timeout").value_or(3600)};
      if (hook.location.empty())
        reading.complain("a script of hook {} has no location", opsim::quoted(event));
      if (hook.timeout < 1 || hook.timeout > 3600)
        reading.complain("timeout {} of hook {} must be 1 to 3600 seconds", hook.timeout,
                         opsim::quoted(event));
      spec.hooks[event].push_back(std::move(hook));
    }
  }
}

void read_functions(Reading& reading, Platform platform, const Json& hooks, AppSpec& spec) {
  if (!hooks.is_array()) return;
  for (const Json& entry : hooks) {
    if (!entry.is_object()) continue;
    for (const auto& [event, function] : entry.items()) {
      check_event(reading, platform, event);
      spec.hooks[event].push_back({input::text(function), 3600});
    }
  }
}

/// Resources: [ { anyName: { Type: ..., Properties: ... } } ]
void read_resource(Reading& reading, Platform platform, const Json& resources, AppSpec& spec) {
  const Json* resource = nullptr;
  if (resources.is_array() && !resources.empty() && resources.front().is_object() &&
      !resources.front().empty())
    resource = &resources.front().begin().value();
  if (resource == nullptr) return reading.complain("Resources must name one resource");
  const bool lambda = platform == Platform::lambda;
  const std::string_view wanted = lambda ? "AWS::Lambda::Function" : "AWS::ECS::Service";
  if (input::text(*resource, "Type") != wanted)
    reading.complain("the type of the resource is {}; must be {}",
                     opsim::quoted(input::text(*resource, "Type")), wanted);
  const Json& properties = input::member(*resource, "Properties");
  const auto need = [&](std::string_view name) {
    std::string text = input::text(properties, name);
    if (text.empty()) reading.complain("property {} is missing", name);
    return text;
  };
  if (lambda) {
    spec.function = need("Name");
    spec.alias = need("Alias");
    spec.current_version = need("CurrentVersion");
    spec.target_version = need("TargetVersion");
    return;
  }
  spec.task_definition = need("TaskDefinition");
  const Json& balancer = input::member(properties, "LoadBalancerInfo");
  spec.container = input::text(balancer, "ContainerName");
  spec.container_port = input::integer(balancer, "ContainerPort").value_or(0);
  if (spec.container.empty() || spec.container_port == 0)
    reading.complain("LoadBalancerInfo needs ContainerName and ContainerPort");
}

}  // namespace

std::vector<std::string_view> lifecycle_events(Platform platform, bool balanced) {
  std::vector<std::string_view> events;
  const auto add = [&](const auto& more) { events.insert(events.end(), more.begin(), more.end()); };
  switch (platform) {
    case Platform::server:
      if (balanced) add(kBlock);
      add(kServerEvents);
      if (balanced) add(kAllow);
      break;
    case Platform::lambda: add(kAllow); break;
    case Platform::ecs: add(kEcsEvents); break;
  }
  return events;
}

ApiResult<AppSpec> read_appspec(Platform platform, const std::string& text) {
  Reading reading;
  AppSpec spec;
  Document document;
  try {
    document = read_yaml("appspec", text);
  } catch (const BadInput& bad) {
    return ApiError{"InvalidRevisionException", bad.what()};
  }
  const Json members = document.root.to_json();
  if (!members.is_object())
    return ApiError{"InvalidRevisionException", "The AppSpec file is empty"};
  // "version: 0.0 is the only allowed value".
  const auto version = document.root.find("version");
  if (!version || (version->spelling() != "0.0" && version->spelling() != "0"))
    reading.complain("version must be 0.0");
  if (platform == Platform::server) {
    const std::string os = input::text(members, "os");
    if (os != "linux" && os != "windows")
      reading.complain("os is {}; must be linux or windows", opsim::quoted(os));
    read_scripts(reading, input::member(members, "hooks"), spec);
  } else {
    read_resource(reading, platform, input::member(members, "Resources"), spec);
    read_functions(reading, platform, input::member(members, "Hooks"), spec);
  }
  if (reading.wrong.empty()) return spec;
  return ApiError{"InvalidRevisionException", fmt::format("{}", fmt::join(reading.wrong, "; "))};
}

std::string revision_name(const Json& revision) {
  const Json& s3 = input::member(revision, "S3Location");
  if (!s3.is_null()) {
    const std::string version = input::text(s3, "Version");
    return fmt::format("s3://{}/{}{}{}", input::text(s3, "Bucket"), input::text(s3, "Key"),
                       version.empty() ? "" : "@", version);
  }
  const Json& github = input::member(revision, "GitHubLocation");
  if (!github.is_null())
    return fmt::format("{}@{}", input::text(github, "Repository"), input::text(github, "CommitId"));
  return "AppSpec";
}

}  // namespace opsim::codedeploy
