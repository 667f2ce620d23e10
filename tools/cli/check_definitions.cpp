#include "tools/cli/check_definitions.hpp"

#include <algorithm>

#include "models/catalog.hpp"
#include "models/codebuild/buildspec.hpp"
#include "models/codedeploy/appspec.hpp"
#include "opsim/scenario/stack.hpp"
#include "opsim/scenario/world.hpp"

namespace opsim::cli {

namespace {

World empty_world() {
  return World{catalog(), Place{"111122223333", "us-east-1"},
               parse_iso8601("2026-01-01T00:00:00Z").value_or(SimTime{}), Seed{1}, Level::nothing};
}

/// "/States/Pick/Choices[0]/Next" as a pointer: "/States/Pick/Choices/0/Next".
std::string pointer_of(std::string location) {
  std::string pointer;
  for (const char c : location) {
    if (c == ']') continue;
    pointer += c == '[' ? '/' : c;
  }
  return pointer;
}

Process<> ask(World& world, std::string service, std::string operation, Json input,
              std::optional<ApiResult<Json>>& answer) {
  Caller caller = world.user();
  caller.instant = true;
  ApiResult<Json> given = co_await world.cloud().call(std::move(caller), std::move(service),
                                                      std::move(operation), std::move(input));
  answer = std::move(given);
}

std::string refusal_of(World& world, std::string service, std::string operation, Json input) {
  std::optional<ApiResult<Json>> answer;
  world.sim().spawn(ask(world, std::move(service), std::move(operation), std::move(input), answer));
  while (!answer && world.sim().run_one()) {
  }
  return answer && answer->has_error() ? answer->error().message : std::string{};
}

}  // namespace

void check_state_machine(const Document& document, Diagnostics& diagnostics) {
  World world = empty_world();
  const auto answer =
      world.cloud().inspect(world.cloud().home(), "states", "ValidateStateMachineDefinition",
                            {{"definition", document.root.to_json().dump()}, {"maxResults", 100}});
  if (!answer) return diagnostics.add(document.root.complaint(answer.error().message));
  for (const Json& one : answer->at("diagnostics"))
    if (one.value("severity", "") == "ERROR")
      diagnostics.add(document.root.locate(pointer_of(one.value("location", "")))
                          .complaint(one.value("message", "")));
}

void check_experiment_template(const Document& document, Diagnostics& diagnostics) {
  World world = empty_world();
  const std::string refusal =
      refusal_of(world, "fis", "CreateExperimentTemplate", document.root.to_json());
  if (!refusal.empty()) diagnostics.add(document.root.complaint(refusal));
}

void check_appspec(const Document& document, const std::string& text, Diagnostics& diagnostics) {
  using codedeploy::Platform;
  Platform platform = Platform::lambda;
  if (document.root.contains("os")) platform = Platform::server;
  if (text.find("AWS::ECS::Service") != text.npos) platform = Platform::ecs;
  const auto read = codedeploy::read_appspec(platform, text);
  if (!read) diagnostics.add(document.root.complaint(read.error().message));
}

void check_buildspec(const Document& document, const std::string& text, Diagnostics& diagnostics) {
  const auto read = codebuild::read_buildspec(std::string{document.root.file()}, text);
  if (!read) diagnostics.add(document.root.complaint(read.error().message));
}

void check_standing(const Template& text, Diagnostics& diagnostics) {
  const bool complete = std::ranges::all_of(
      text.parameters(), [](const auto& parameter) { return parameter.default_value.has_value(); });
  if (!complete) return;
  World world = empty_world();
  Exports exports;
  Diagnostics told;
  stand_up(world.cloud(), text, {.name = "my-stack", .place = world.cloud().home()}, exports, told);
  for (const Diagnostic& one : told.all()) {
    // What another stack exports may well be there; notes speak of values that were made up.
    const bool imports = one.text().find("no stack before this one exports") != std::string::npos;
    if (one.severity == Severity::error && !imports) diagnostics.add(one);
  }
}

}  // namespace opsim::cli
