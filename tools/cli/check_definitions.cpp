#include "tools/cli/check_definitions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/catalog.hpp"
#include "models/change_manager/check.hpp"
#include "models/codebuild/buildspec.hpp"
#include "models/codedeploy/appspec.hpp"
#include "models/ssm/check.hpp"
#include "opsim/scenario/stack.hpp"
#include "opsim/scenario/world.hpp"

namespace opsim::cli {

namespace {

World empty_world(Level keep = Level::nothing) {
  return World{catalog(), Place{"111122223333", "us-east-1"},
               parse_iso8601("2026-01-01T00:00:00Z").value_or(SimTime{}), Seed{1}, keep};
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
  const auto answer = world.cloud().inspect(world.cloud().home(), "fis", "InspectTemplate",
                                            document.root.to_json());
  if (!answer) return diagnostics.add(document.root.complaint(answer.error().message));
  for (const Json& one : answer->at("problems")) {
    const std::string pointer = one.value("pointer", "");
    const std::string message = one.value("message", "");
    Diagnostic told = document.root.locate(pointer).complaint(message);
    // Templates are published with longer descriptions than FIS takes; shortened, they run.
    if (pointer == "/description" && message.find("less than or equal") != message.npos) {
      told.severity = Severity::note;
      told.message =
          "CreateExperimentTemplate and CloudFormation refuse a description of more than "
          "512 characters; shorten it";
    }
    diagnostics.add(std::move(told));
  }
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

namespace {

/// "AWS::SNS::Topic Alarms: ", as messages about a resource begin.
std::string beginning(const TemplateResource& resource) {
  return fmt::format("{} {}:", resource.type, resource.logical_id);
}

/// A value that suits a parameter without a Default, where its declaration says enough.
std::string made_up(const TemplateParameter& parameter) {
  const Node allowed = parameter.text.find("AllowedValues").value_or(Node{});
  if (allowed.is_list() && allowed.size() > 0) return allowed.at(0).as_text().value_or("");
  if (parameter.type != "Number") return "value";
  return parameter.text.find("MinValue").value_or(Node{}).as_text().value_or("1");
}

/// The resources whose properties hang on a value that was made up, also through other resources.
std::set<std::string> unsure(const Template& text, const std::vector<std::string>& made_up_names) {
  std::vector<std::pair<std::string, std::string>> bodies;  // logical id, its text
  for (const TemplateResource& resource : text.resources())
    bodies.emplace_back(resource.logical_id, resource.text.to_json().dump());
  std::vector<std::string> names = made_up_names;
  std::set<std::string> found;
  for (std::size_t next = 0; next < names.size(); ++next)
    for (const auto& [id, body] : bodies)
      if (!found.contains(id) && body.find(names[next]) != std::string::npos) {
        found.insert(id);
        names.push_back(id);
      }
  return found;
}

/// Of the resource that a message is about; null where it is about none.
const TemplateResource* subject_of(const Template& text, const std::string& message) {
  const auto resources = text.resources();
  const auto found = std::ranges::find_if(resources, [&](const TemplateResource& resource) {
    return message.starts_with(beginning(resource));
  });
  return found == resources.end() ? nullptr : &*found;
}

}  // namespace

NotSimulated idle_resources(const Journal& journal) {
  NotSimulated found;
  for (const JournalEntry& entry : journal.entries())
    if (const std::string why = detail_text(entry, "not_simulated"); !why.empty())
      ++found[fmt::format("an alarm, since {}", why)];
  return found;
}

void check_standing(const Template& text, const Diagnostics& told, Diagnostics& diagnostics,
                    NotSimulated& not_simulated) {
  StackSettings settings{.name = "my-stack"};
  std::vector<std::string> names;
  for (const TemplateParameter& parameter : text.parameters()) {
    if (parameter.default_value) continue;
    names.push_back(parameter.name);
    if (parameter.type.starts_with("AWS::EC2::") || parameter.type.starts_with("List<AWS::EC2::"))
      continue;  // every account has some of these
    settings.parameters[parameter.name] = made_up(parameter);
  }
  const std::set<std::string> guessed = unsure(text, names);
  std::set<std::string> known;
  for (const Diagnostic& one : told.all())
    if (const TemplateResource* about = subject_of(text, one.message); about != nullptr)
      if (one.severity == Severity::error) known.insert(about->logical_id);
  World world = empty_world(Level::story);  // notes among it
  settings.place = world.cloud().home();
  Exports exports;
  Diagnostics standing;
  stand_up(world.cloud(), text, settings, exports, standing);
  for (const auto& [what, count] : idle_resources(world.journal())) not_simulated[what] += count;
  for (const Diagnostic& one : standing.all()) {
    // What another stack exports may well be there; notes speak of values that were made up.
    const bool imports = one.text().find("no stack before this one exports") != std::string::npos;
    if (one.severity != Severity::error || imports) continue;
    const TemplateResource* about = subject_of(text, one.message);
    if (about == nullptr && !names.empty()) continue;
    if (about != nullptr &&
        (guessed.contains(about->logical_id) || known.contains(about->logical_id)))
      continue;
    diagnostics.add(one);
  }
}

void check_embedded_documents(const Template& text, Diagnostics& diagnostics) {
  for (const TemplateResource& resource : text.resources()) {
    const Node content = resource.text.locate("/Properties/Content");
    if (resource.type != "AWS::SSM::Document") continue;
    Diagnostics found;
    if (change_manager::recognises(content))
      change_manager::check_template(content, found);
    else if (ssm::recognises(content))
      ssm::check_document(content, catalog(), found, nullptr);
    for (Diagnostic one : found.all()) {
      one.message = fmt::format("{} {}", beginning(resource), one.message);
      diagnostics.add(std::move(one));
    }
  }
}

}  // namespace opsim::cli
