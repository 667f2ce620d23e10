// What the authors of public runbooks assert about their executions on AWS: which steps ran, in
// which order, how they and the whole ended, what a stop leads to. Each is played in a world that
// suits it (tests/models/ssm/suiting_world.hpp): calls are answered as the asking step hopes,
// unless the row says that the step waits or times out. What only a Python script decides, the row
// itself tells: a row holds where one way in which branches and scripts may turn out gives all of
// it.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <fstream>

#include "opsim/document/diagnostic.hpp"
#include "tests/models/ssm/suiting_world.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {

namespace {

constexpr std::size_t kMostWays = 48;

std::string text_in(const Json& object, std::string_view key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// "{{cache:SsmExecutionId>2}}" -> 1; the first execution where none is named.
std::size_t execution_named(const Json& expect) {
  const std::string text = text_in(expect, "execution");
  const auto mark = text.find('>');
  const bool numbered = mark != std::string::npos && mark + 1 < text.size() &&
                        text[mark + 1] >= '1' && text[mark + 1] <= '9';
  return numbered ? static_cast<std::size_t>(text[mark + 1] - '1') : 0;
}

/// What an execution is started with: what a row says, and a value for what it took from its
/// stacks.
Json parameters_for(const ssm::DocumentSpec& spec, const Json& params) {
  Json parameters = Json::object();
  for (const ssm::ParameterSpec& parameter : spec.parameters) {
    const std::string text = text_in(params, parameter.name);
    const bool given = params.contains(parameter.name);
    if (given && text.find("{{") == std::string::npos) {
      parameters[parameter.name] = Json::array({text});
    } else if (given || !parameter.by_default) {
      parameters[parameter.name] = value_for_parameter(parameter);
    }
  }
  return parameters;
}

/// One row of the recorded scenarios.
struct Scenario {
  Json expects;
  std::vector<Json> starts;      // the parameters of each start by hand
  bool has_rollback_id = false;  // it names the execution that a script starts
};

Scenario scenario_of(const Json& row) {
  Scenario scenario;
  scenario.expects = row.at("expect");
  for (const Json& step : row.at("steps")) {
    const std::string text = text_in(step, "text");
    scenario.has_rollback_id =
        scenario.has_rollback_id || text.find("cache rollback execution id") != std::string::npos;
    const Json& table = step.at("table");
    if (!text.ends_with(" executed") || table.size() < 2) continue;
    Json params = Json::object();
    for (std::size_t i = 0; i < table[0].size(); ++i)
      params[table[0][i].get<std::string>()] = table[1].at(i);
    scenario.starts.push_back(std::move(params));
  }
  return scenario;
}

/// Plays a row in one world.
class Player {
 public:
  Player(const ssm::DocumentSpec& spec, const std::string& content, const Scenario& scenario,
         Play play)
      : spec_{spec}, scenario_{scenario}, suiting_{spec, content, std::move(play)} {}
  /// Why the row does not hold, or "".
  std::string play();

 private:
  World& world() { return suiting_.world; }
  std::string start(const Json& params);
  std::string follow(const Json& expect);
  std::string act(const std::string& type);
  std::string wait_for_step(const std::string& id, const Json& expect);
  std::string wait_for_end(const std::string& id, const std::string& wanted);
  std::string order(const std::string& id);

  const ssm::DocumentSpec& spec_;
  const Scenario& scenario_;
  std::size_t starts_ = 0;
  SuitingWorld suiting_;
  Json first_parameters_;
  std::vector<std::string> ids_;  // of the executions, in their order
};

std::string Player::start(const Json& params) {
  ++starts_;
  const Json parameters = parameters_for(spec_, params);
  if (ids_.empty()) first_parameters_ = parameters;
  const auto started = world().ask("StartAutomationExecution",
                                   {{"DocumentName", "Real"}, {"Parameters", parameters}});
  if (!started) return started.error().message;
  ids_.push_back(started->at("AutomationExecutionId").get<std::string>());
  return "";
}

std::string Player::wait_for_step(const std::string& id, const Json& expect) {
  const std::string step = text_in(expect, "step");
  for (int second = 0; second < 20'000; ++second) {
    if (world().step(id, step).at("StepStatus") == expect.at("status")) return "";
    const ssm::Execution* execution = world().ssm().find_execution(id);
    if (execution != nullptr && ssm::has_ended(execution->status)) break;
    world().run_for(1s);
  }
  return fmt::format("step {} is never {}: {}", step, text_in(expect, "status"), world().steps(id));
}

std::string Player::wait_for_end(const std::string& id, const std::string& wanted) {
  world().run_for(24h * 10);
  const std::string status = world().status(id);
  if (status == wanted) return "";
  return fmt::format("{}, not {}: {}: {}", status, wanted, world().steps(id),
                     world().execution(id).value("FailureMessage", ""));
}

/// The steps that worked, in the order of their ends.
std::string Player::order(const std::string& id) {
  std::vector<std::pair<std::string, std::string>> done;
  const Json view = world().execution(id);
  for (const Json& step : view.at("StepExecutions"))
    if (step.at("StepStatus") == "Success")
      done.emplace_back(text_in(step, "ExecutionEndTime"), text_in(step, "StepName"));
  std::ranges::stable_sort(done, {}, [](const auto& one) { return one.first; });
  std::vector<std::string> names;
  for (const auto& [time, name] : done) names.push_back(name);
  return fmt::format("{}", fmt::join(names, ", "));
}

/// What a person does in between.
std::string Player::act(const std::string& type) {
  if (type == "ACTION terminate") {
    const auto stopped =
        world().ask("StopAutomationExecution", {{"AutomationExecutionId", ids_.back()}});
    return stopped ? "" : stopped.error().message;
  }
  const bool approves = type.starts_with("ACTION And Approve");
  if (!approves && !type.starts_with("ACTION And Reject")) return "";
  const ssm::Execution& execution = *world().ssm().find_execution(ids_.back());
  const ssm::ExecutionValues values{execution, world().ssm()};
  const ssm::Fillable* approvers = spec_.steps[execution.current].inputs.find("Approvers");
  if (approvers == nullptr) return "nobody is asked to approve";
  const Json names = ssm::as_text_list(approvers->fill(values));
  const auto told = world().ask(
      "SendAutomationSignal",
      {{"AutomationExecutionId", ids_.back()}, {"SignalType", approves ? "Approve" : "Reject"}},
      names.at(0).get<std::string>());
  return told ? "" : told.error().message;
}

std::string Player::follow(const Json& expect) {
  const std::string type = text_in(expect, "type");
  if (type == "ACTION start") return start(expect.at("params"));
  if (type.starts_with("ACTION")) return act(type);
  // The rollback is an execution that a script of the first one starts.
  const std::size_t number = execution_named(expect);
  while (ids_.size() <= number && ids_.size() < 4) {
    const bool by_script = ids_.size() == 1 && scenario_.has_rollback_id;
    if (!by_script && starts_ < scenario_.starts.size()) {
      const Json& params = scenario_.starts[starts_];
      if (std::string wrong = start(params); !wrong.empty()) return wrong;
      continue;
    }
    Json parameters = first_parameters_;
    for (const ssm::ParameterSpec& parameter : spec_.parameters) {
      if (parameter.name == "IsRollback") parameters["IsRollback"] = Json::array({"true"});
      if (parameter.name == "PreviousExecutionId")
        parameters["PreviousExecutionId"] = Json::array({ids_[0]});
    }
    const auto started = world().ask("StartAutomationExecution",
                                     {{"DocumentName", "Real"}, {"Parameters", parameters}});
    if (!started) return started.error().message;
    ids_.push_back(started->at("AutomationExecutionId").get<std::string>());
  }
  const std::string& id = ids_[number];
  if (type == "step_status") return wait_for_step(id, expect);
  if (type == "execution_status") return wait_for_end(id, text_in(expect, "status"));
  if (type != "steps_in_order") return fmt::format("unknown: {}", type);
  const auto wanted = expect.at("steps").get<std::vector<std::string>>();
  const std::string order_wanted = fmt::format("{}", fmt::join(wanted, ", "));
  const std::string ran = order(id);
  return ran == order_wanted ? "" : fmt::format("ran {}; not {}", ran, order_wanted);
}

std::string Player::play() {
  for (const Json& expect : scenario_.expects)
    if (std::string wrong = follow(expect); !wrong.empty()) return wrong;
  return "";
}

/// Which steps are late, and whether people decide, as the row says.
Play play_of(const Json& expects) {
  Play play;
  for (const Json& expect : expects) {
    if (text_in(expect, "type") != "step_status") continue;
    const std::string step = text_in(expect, "step");
    const std::string status = text_in(expect, "status");
    if (status == "TimedOut") play.late[step] = 24h * 9;
    if (status == "InProgress") play.late.try_emplace(step, 2min);
    if (status == "Waiting") play.approvers = false;
  }
  return play;
}

/// The steps whose Python may be what fails; first nobody's. Only where the row has a failure.
std::vector<std::string> may_fail(const ssm::DocumentSpec& spec, const Json& expects) {
  std::vector<std::string> steps;
  bool fails = false;
  for (const Json& expect : expects) fails = fails || text_in(expect, "status") == "Failed";
  if (fails)
    for (const ssm::StepSpec& step : spec.steps)
      if (step.action_name == "aws:executeScript" || step.action_name == "aws:runCommand")
        steps.push_back(step.name);
  steps.emplace_back();
  return steps;
}

/// Waits that may be what times out, where a row tells of the whole only; first none.
std::vector<std::string> may_time_out(const ssm::DocumentSpec& spec, const Json& expects) {
  std::vector<std::string> steps{""};
  bool named = false;
  bool times_out = false;
  for (const Json& expect : expects) {
    const bool timed_out = text_in(expect, "status") == "TimedOut";
    times_out = times_out || timed_out;
    named = named || (timed_out && text_in(expect, "type") == "step_status");
  }
  if (times_out && !named)
    for (const ssm::StepSpec& step : spec.steps)
      if (step.action_name == "aws:waitForAwsResourceProperty") steps.push_back(step.name);
  return steps;
}

/// Why no way of playing the row holds; "" where one does.
std::string play_row(const ssm::DocumentSpec& spec, const std::string& content,
                     const Scenario& scenario) {
  std::string wrong;
  const Json& expects = scenario.expects;
  const Play play = play_of(expects);
  const Json first = scenario.starts.empty() ? Json::object() : scenario.starts[0];
  std::vector<std::map<std::string, Json>> ways{{}};
  for (auto& way : combinations(branch_candidates(spec, parameters_for(spec, first)), kMostWays))
    ways.push_back(std::move(way));
  for (const std::string& late : may_time_out(spec, expects))
    for (const std::string& failing : may_fail(spec, expects))
      for (const auto& way : ways) {
        Play variant = play;
        variant.outputs = way;
        variant.failing = failing;
        if (!late.empty()) variant.late[late] = 24h * 9;
        const std::string why = Player{spec, content, scenario, std::move(variant)}.play();
        if (why.empty()) return "";
        if (wrong.empty()) wrong = why;
      }
  return wrong;
}

struct Unheld {
  std::string_view id;  // a part of the row's id
  std::string_view why;
};
/// What cannot hold, and why.
constexpr Unheld kUnheld[] = {
    {"documents/docdb/sop/scaling_up/2020-09-21/", "its runbook has a step without an action"},
    {"documents/elasticache/test/reboot_cluster/2020-10-26/",
     "its runbook has a step without an action"},
};

bool is_known_not_to_hold(const std::string& id) {
  return std::ranges::any_of(
      kUnheld, [&](const Unheld& row) { return id.find(row.id) != std::string::npos; });
}

}  // namespace

TEST_SUITE("runbook scenarios") {
  TEST_CASE("executions as their authors assert them: order of steps, statuses, cancel, rollback") {
    const auto shared = shared_folder();
    if (!shared) {
      MESSAGE("no shared folder: skipped");
      return;
    }
    std::ifstream rows{*shared / "cases" / "runbook_scenarios.jsonl"};
    std::map<std::string, int> counts;
    for (std::string line; std::getline(rows, line);) {
      const Json row = Json::parse(line);
      if (row.at("kind") != "automation") continue;
      const auto id = row.at("id").get<std::string>();
      CAPTURE(id);
      const std::string path = text_in(row, "document_corpus_path");
      if (path.empty() || !std::filesystem::exists(*shared / "corpus" / path)) {
        ++counts["without their runbook in the corpus"];
        continue;
      }
      const Document document = read_document(*shared / "corpus" / path);
      const std::string content = document.root.to_json().dump();
      const auto spec = read_runbook_text(content);
      std::string why = "the runbook is refused: a template that its authors still fill in";
      if (spec != nullptr) why = play_row(*spec, content, scenario_of(row));
      ++counts[why.empty() ? "hold" : "do not hold"];
      CHECK_MESSAGE(why.empty() != is_known_not_to_hold(id), why);
    }
    for (const auto& [what, count] : counts) MESSAGE(fmt::format("{}: {}", what, count));
  }
}

}  // namespace opsim::tests
