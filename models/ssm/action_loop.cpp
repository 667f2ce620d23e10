// aws:loop, aws:updateVariable.
// AWS: Systems Manager User Guide, the pages of those names: a loop runs its steps for each of
// Iterators, or again while LoopCondition holds; MaxIterations at most, which is 100 at most.
// Values of Iterators have the type IteratorDataType; iterations count from 1. A variable keeps its
// type: nothing is converted. A loop out of which a step leads is Exited ("Learn about statuses
// returned by Systems Manager Automation"). A loop inherits the onFailure that a step in it has:
// where that is Abort, the loop's own is not asked.
// SIMPLIFIED: of a step inside a loop the last iteration is shown.
// UNDOCUMENTED: a step without onFailure that fails makes the loop fail, and then the loop's own
// onFailure says what follows; isEnd ends the iteration; nextStep and onFailure may lead out of the
// loop.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/action_runs.hpp"
#include "models/ssm/action_shapes.hpp"
#include "models/ssm/notices.hpp"
#include "models/ssm/ssm.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kIteratorTypes[] = {"Boolean", "Integer", "String", "StringMap"};
constexpr Shape kIteratorType{.kind = Kind::text, .allowed = kIteratorTypes};
constexpr Field kLoopFields[] = {
    {.name = "IteratorDataType", .shape = &kIteratorType},
    {.name = "Iterators", .shape = &kAnyInput},
    {.name = "LoopCondition", .shape = &kAnyInput},
    {.name = "MaxIterations", .shape = &kIntegerInput},
    {.name = "Steps", .shape = &kAnyInput, .need = Need::required},
};
constexpr Field kVariableFields[] = {
    {.name = "Name", .shape = &kTextInput, .need = Need::required},
    {.name = "Value", .shape = &kAnyInput, .need = Need::required},
};
constexpr std::int64_t kMostIterations = 100;

struct LoopInputs {
  std::vector<Json> iterators;
  std::size_t iterations = 0;
  std::string failure;
};

LoopInputs read_inputs(const StepRun& run) {
  LoopInputs read;
  const Json inputs = inputs_of(run);
  const std::int64_t most =
      opsim::input::integer(inputs, "MaxIterations").value_or(kMostIterations);
  if (most < 1 || most > kMostIterations) {
    read.failure = fmt::format("MaxIterations is {}; 1 to {} are allowed", most, kMostIterations);
    return read;
  }
  read.iterations = static_cast<std::size_t>(most);
  if (run.spec.looped->condition) return read;
  const std::string type = opsim::input::text(inputs, "IteratorDataType");
  ParameterSpec item;
  item.name = "Iterators";
  item.type = parameter_type(type.empty() ? "String" : type).value_or(ParameterType::string);
  Json list = inputs.value("Iterators", Json::array());
  if (!list.is_array()) list = Json::array({std::move(list)});
  for (const Json& value : list) {
    const Json given{{item.name, value}};
    ApiResult<std::vector<Json>> bound = bind_parameters({&item, 1}, given, "");
    if (!bound) {
      read.failure = fmt::format("Iterators: {} is not of the type {}",
                                 opsim::quoted(text_of(value)), type.empty() ? "String" : type);
      return read;
    }
    read.iterators.push_back(std::move((*bound)[0]));
  }
  if (read.iterators.size() > static_cast<std::size_t>(kMostIterations))
    read.failure = fmt::format("{} iterators; {} are the most", list.size(), kMostIterations);
  read.iterations = std::min(read.iterations, read.iterators.size());
  return read;
}

/// The steps of the loop as if they had not run yet.
void forget_last_iteration(const StepRun& run) {
  for (std::uint32_t i = run.spec.looped->first; i < run.spec.looped->end; ++i)
    run.execution.steps[i] = StepRecord{};
}

}  // namespace

extern constexpr Shape kLoopInputs{.kind = Kind::mapping, .fields = kLoopFields};
extern constexpr Shape kUpdateVariableInputs{.kind = Kind::mapping, .fields = kVariableFields};

Process<StepResult> run_loop(StepRun& run) {
  Execution& execution = run.execution;
  const LoopSpec& loop = *run.spec.looped;
  const std::uint32_t number = execution.current;
  const std::uint32_t runs = execution.runs;
  LoopInputs inputs = read_inputs(run);
  if (!inputs.failure.empty()) co_return failed(std::move(inputs.failure));

  StepResult result;
  result.answer = Json::object();
  std::size_t iteration = 0;
  while (iteration < inputs.iterations && !execution.finish_step) {
    run.record.answer = Json{{"CurrentIteration", iteration + 1}};
    if (!loop.condition) run.record.answer["CurrentIteratorValue"] = inputs.iterators[iteration];
    result.answer = run.record.answer;
    ++iteration;
    forget_last_iteration(run);
    Process<ListEnd> steps = run_list(run.ssm, execution, loop.first);
    ListEnd end = co_await steps;
    if (runs != execution.runs) co_return result;
    execution.current = number;
    result.next = end.leads_to;
    if (end.status != Status::success) {
      result.status = end.status;
      result.failure = fmt::format("iteration {}: {}", iteration, end.failure);
      result.aborts = end.aborts;
      co_return result;
    }
    if (result.next) result.status = Status::exited;
    if (result.next || (loop.condition && !holds(*loop.condition, run.values))) break;
  }
  result.told = fmt::format("{} iteration{}", iteration, iteration == 1 ? "" : "s");
  co_return result;
}

Process<StepResult> run_update_variable(StepRun& run) {
  const Json inputs = inputs_of(run);
  std::string name = opsim::input::text(inputs, "Name");
  if (name.starts_with("variable:")) name.erase(0, 9);
  const std::vector<ParameterSpec>& variables = run.execution.document->variables;
  const auto found = std::ranges::find(variables, name, &ParameterSpec::name);
  if (found == variables.end())
    co_return failed(fmt::format("{} is no variable of the document{}", opsim::quoted(name),
                                 did_you_mean(name, run.execution.document->names.variables)));
  const Json given{{name, inputs.value("Value", Json{})}};
  ApiResult<std::vector<Json>> bound = bind_parameters({&*found, 1}, given, "");
  if (!bound) co_return failed(bound.error().message);
  const auto index = static_cast<std::size_t>(found - variables.begin());
  run.execution.variables[index] = std::move((*bound)[0]);
  StepResult result;
  result.answer = Json::object();
  result.told = fmt::format("{} is now {}", name, text_of(run.execution.variables[index]));
  co_return result;
}

}  // namespace opsim::ssm
