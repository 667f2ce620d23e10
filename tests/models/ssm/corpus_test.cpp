// Real documents of public repositories: they are read, and those that are valid run to an end.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "models/ssm/check.hpp"
#include "tests/models/ssm/suiting_world.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {

namespace {

struct Real {
  std::string file;
  Document document;
};

struct Sorted {
  std::vector<Real> valid;
  std::vector<std::string> refused;  // the file and the first reason
};

/// Everything in a folder of the corpus.
Sorted read_all(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry);
  std::ranges::sort(files);
  Sorted sorted;
  for (const auto& path : files) {
    const std::string name = path.filename().string();
    try {
      const ReadOptions lenient{.duplicates = Duplicates::last_wins};
      Document document = read_document(path, lenient);
      Diagnostics diagnostics;
      ssm::check_document(document.root, fake_catalog(), diagnostics);
      if (diagnostics.count() == 0) {
        sorted.valid.push_back({name, std::move(document)});
        continue;
      }
      const auto first =
          std::ranges::find(diagnostics.all(), Severity::error, &Diagnostic::severity);
      sorted.refused.push_back(fmt::format("{}: {}", name, first->message));
    } catch (const BadInput& bad) {
      sorted.refused.push_back(fmt::format("{}: {}", name, bad.diagnostics().all()[0].message));
    }
  }
  return sorted;
}

Json parameters_of(const ssm::DocumentSpec& spec) {
  Json parameters = Json::object();
  for (const ssm::ParameterSpec& parameter : spec.parameters)
    if (!parameter.by_default) parameters[parameter.name] = value_for_parameter(parameter);
  return parameters;
}

/// How the runbook ends in one world: "Success", or how and why not.
std::string end_in(const ssm::DocumentSpec& spec, const std::string& content, Play play) {
  SuitingWorld suiting{spec, content, std::move(play)};
  World& world = suiting.world;
  const auto started = world.ask("StartAutomationExecution",
                                 {{"DocumentName", "Real"}, {"Parameters", parameters_of(spec)}});
  if (!started) return started.error().message;
  const auto id = started->at("AutomationExecutionId").get<std::string>();
  for (int day = 0; day < 40 && world.execution(id).at("AutomationExecutionStatus") != "Success";
       day += 4) {
    world.run_for(24h * 4);
    (void)world.ask("SendAutomationSignal",
                    {{"AutomationExecutionId", id}, {"SignalType", "Resume"}});
  }
  const Json view = world.execution(id);
  const auto status = view.at("AutomationExecutionStatus").get<std::string>();
  return status == "Success" ? status
                             : fmt::format("{}: {}", status, view.value("FailureMessage", ""));
}

/// The first world in which it succeeds; branches are tried both ways.
std::string best_end(const std::string& content) {
  const auto spec = read_runbook_text(content);
  REQUIRE(spec != nullptr);
  std::string end = end_in(*spec, content, {});
  for (const auto& outputs : combinations(branch_candidates(*spec, parameters_of(*spec)), 16)) {
    if (end == "Success") break;
    end = end_in(*spec, content, {.late = {}, .outputs = outputs, .failing = ""});
  }
  return end;
}

}  // namespace

TEST_SUITE("ssm: real documents") {
  TEST_CASE("runbooks are read; what is refused is refused for a reason") {
    const auto shared = shared_folder();
    if (!shared) {
      MESSAGE("no shared folder: skipped");
      return;
    }
    const Sorted runbooks = read_all(*shared / "corpus" / "ssm-automation");
    const Sorted commands = read_all(*shared / "corpus" / "ssm-command");
    for (const std::string& refused : runbooks.refused) MESSAGE(refused);
    for (const std::string& refused : commands.refused) MESSAGE(refused);
    MESSAGE(fmt::format("{} runbooks valid, {} refused; {} commands valid, {} refused",
                        runbooks.valid.size(), runbooks.refused.size(), commands.valid.size(),
                        commands.refused.size()));
    CHECK(runbooks.valid.size() >= 130);
    CHECK(commands.valid.size() == 13);
  }

  TEST_CASE("real runbooks run to Success in a world that suits them") {
    const auto shared = shared_folder();
    if (!shared) {
      MESSAGE("no shared folder: skipped");
      return;
    }
    std::map<std::string, int> ends;
    for (const Real& real : read_all(*shared / "corpus" / "ssm-automation").valid) {
      CAPTURE(real.file);
      const std::string end = best_end(real.document.root.to_json().dump());
      CHECK(end.find("InProgress") == std::string::npos);
      if (end != "Success") MESSAGE(fmt::format("{}: {}", real.file, end));
      ++ends[end == "Success" ? end : "not to Success"];
    }
    for (const auto& [end, count] : ends) MESSAGE(fmt::format("{}: {}", end, count));
    CHECK(ends["Success"] >= 80);
  }

  TEST_CASE("every valid Command document runs on an instance") {
    const auto shared = shared_folder();
    if (!shared) {
      MESSAGE("no shared folder: skipped");
      return;
    }
    for (const Real& real : read_all(*shared / "corpus" / "ssm-command").valid) {
      CAPTURE(real.file);
      World world{Seed{1}, Level::goals};
      world.add_instance("i-1");
      const std::string content = real.document.root.to_json().dump();
      REQUIRE(world.ask("CreateDocument",
                        {{"Name", "Real"}, {"DocumentType", "Command"}, {"Content", content}}));
      const Json parameters =
          parameters_of(*world.ssm().find_document(kHome, "Real")->versions[0].spec);
      const auto sent = world.ask("SendCommand", {{"DocumentName", "Real"},
                                                  {"InstanceIds", Json::array({"i-1"})},
                                                  {"Parameters", parameters}});
      REQUIRE_MESSAGE(sent.has_value(), (sent ? "" : sent.error().message));
      world.run_for(2h);
      const Json list = world.ask("ListCommands", Json::object())->at("Commands");
      CHECK(list[0].at("Status") == "Success");
    }
  }
}

}  // namespace opsim::tests
