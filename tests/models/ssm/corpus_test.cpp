// Real documents of public repositories: they are read, and those that are valid run to an end.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "models/ssm/check.hpp"
#include "tests/models/ssm/world.hpp"
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

/// A value that a parameter without a default may have.
Json made_up(const ssm::ParameterSpec& parameter) {
  if (!parameter.allowed_values.empty()) return ssm::as_text_list(parameter.allowed_values[0]);
  switch (parameter.type) {
    case ssm::ParameterType::boolean: return Json::array({"true"});
    case ssm::ParameterType::integer:
      return Json::array({std::to_string(parameter.min_value.value_or(1))});
    case ssm::ParameterType::string_map: return Json::array({"{}"});
    case ssm::ParameterType::map_list: return Json::array({"[]"});
    case ssm::ParameterType::string:
    case ssm::ParameterType::string_list: break;
  }
  if (parameter.pattern == nullptr) return Json::array({"i-1"});
  for (const std::string_view guess :
       {"i-1", "i-0123456789abcdef0", "5", "PT1M", "arn:aws:iam::012345678901:role/Runner",
        "us-east-1", "name", "vpc-0123456789abcdef0", "sg-0123456789abcdef0",
        "vol-0123456789abcdef0", "2026-03-02T09:00:00Z", "1g"})
    if (parameter.pattern->matches(guess)) return Json::array({guess});
  return Json::array({"i-1"});
}

Json parameters_of(const ssm::DocumentSpec& spec) {
  Json parameters = Json::object();
  for (const ssm::ParameterSpec& parameter : spec.parameters)
    if (!parameter.by_default) parameters[parameter.name] = made_up(parameter);
  return parameters;
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
    CHECK(runbooks.valid.size() >= 125);
    CHECK(commands.valid.size() >= 12);
  }

  TEST_CASE("every valid runbook runs to an end") {
    const auto shared = shared_folder();
    if (!shared) {
      MESSAGE("no shared folder: skipped");
      return;
    }
    const Sorted runbooks = read_all(*shared / "corpus" / "ssm-automation");
    std::map<std::string, int> ends;
    for (const Real& real : runbooks.valid) {
      CAPTURE(real.file);
      World world{Seed{1}, Level::goals};
      world.add_instance("i-1");
      const std::string content = real.document.root.to_json().dump();
      const auto made =
          world.ask("CreateDocument",
                    {{"Name", "Real"}, {"DocumentType", "Automation"}, {"Content", content}});
      REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
      const Json parameters =
          parameters_of(*world.ssm().find_document(kHome, "Real")->versions[0].spec);
      const auto started = world.ask("StartAutomationExecution",
                                     {{"DocumentName", "Real"}, {"Parameters", parameters}});
      if (!started) {
        ++ends[started.error().code];
        MESSAGE(started.error().message);
        continue;
      }
      const auto id = started->at("AutomationExecutionId").get<std::string>();
      world.run_for(24h * 40);
      const Json view = world.execution(id);
      const auto status = view.at("AutomationExecutionStatus").get<std::string>();
      const bool paused = view.value("CurrentAction", "") == "aws:pause";
      CHECK((paused || status == "Success" || status == "Failed" || status == "TimedOut"));
      ++ends[status];
    }
    for (const auto& [status, count] : ends) MESSAGE(fmt::format("{}: {}", status, count));
    CHECK(ends["Success"] >= 29);
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
