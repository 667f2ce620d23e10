// How an execution reads: parameters, outputs, system variables.
// AWS: Systems Manager User Guide, "Automation system variables", "Using action outputs as inputs".
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/execution.hpp"
#include "models/ssm/parameter.hpp"
#include "models/ssm/ssm.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::ssm {

namespace {

/// global:DATE_TIME is yyyy-MM-dd_HH.mm.ss, global:DATE its first ten characters.
std::string date_time(SimTime now) {
  std::string text = iso8601(std::chrono::floor<std::chrono::seconds>(now)).substr(0, 19);
  std::ranges::replace(text, 'T', '_');
  std::ranges::replace(text, ':', '.');
  return text;
}

const Json* global(const Place& place, std::string_view name, SimTime now, Json& scratch) {
  if (name == "ACCOUNT_ID") scratch = place.account;
  if (name == "REGION") scratch = place.region;
  if (name == "AWS_PARTITION") scratch = partition_of(place.region);
  if (name == "DATE_TIME") scratch = date_time(now);
  if (name == "DATE") scratch = date_time(now).substr(0, 10);
  return scratch.is_null() ? nullptr : &scratch;
}

bool is_one_value(ParameterType type) {
  return type == ParameterType::string || type == ParameterType::integer ||
         type == ParameterType::boolean;
}

/// automation-action-outputs-inputs: a text becomes a list, a number or a flag; a number or a flag
/// becomes a text or a list; a list of one item becomes that item.
/// UNDOCUMENTED: what cannot be converted stays as it is.
Json shaped(Json value, ParameterType type) {
  if (is_one_value(type) && value.is_array() && value.size() == 1) value = Json(value[0]);
  if (!value.is_primitive() || value.is_null()) return value;
  if (type == ParameterType::string) return Json(text_of(value));
  if (type == ParameterType::string_list) return Json::array({text_of(value)});
  if (!value.is_string() || !is_one_value(type)) return value;
  ParameterSpec declared;
  declared.name = "Output";
  declared.type = type;
  const Json given{{declared.name, value}};
  ApiResult<std::vector<Json>> converted = bind_parameters({&declared, 1}, given, "");
  return converted ? std::move((*converted)[0]) : value;
}

/// What selectors read where the answer has nothing: the object that a function returned.
/// AWS: "aws:loop", whose example reads $.Retry of an aws:invokeLambdaFunction.
std::optional<Json> read_payload(const StepSpec& step, const StepRecord& record,
                                 const Selector& selector) {
  if (step.action_name != "aws:invokeLambdaFunction") return std::nullopt;
  const std::string text = opsim::input::text(record.answer, "Payload");
  const Json payload = Json::parse(text, nullptr, false);
  if (!payload.is_structured()) return std::nullopt;
  if (std::optional<Json> value = selector.read(payload)) return value;
  return selector.read(Json{{"Payload", payload}});
}

/// "Payload.count" into an answer; null when a part is missing.
const Json* reach(const Json& value, std::string_view path) {
  const Json* at = &value;
  while (!path.empty()) {
    const auto dot = path.find('.');
    if (!at->is_object()) return nullptr;
    const auto found = at->find(path.substr(0, dot));
    if (found == at->end()) return nullptr;
    at = &*found;
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return at;
}

}  // namespace

const Json* ExecutionValues::find(const Reference& reference, Json& scratch) const {
  switch (reference.of) {
    case Reference::Of::parameter: return &execution_.parameters[reference.index];
    case Reference::Of::variable: return &execution_.variables[reference.index];
    case Reference::Of::output: return output_of(execution_, reference.index, reference.name);
    case Reference::Of::global:
      return global(execution_.place, reference.name, ssm_.sim().now(), scratch);
    case Reference::Of::automation:
      if (reference.name != "EXECUTION_ID") return nullptr;
      scratch = execution_.id;
      return &scratch;
    case Reference::Of::ssm_parameter: {
      const Json input{{"Name", reference.name}, {"WithDecryption", true}};
      const auto answer = ssm_.cloud.inspect(execution_.place, "ssm", "GetParameter", input);
      if (!answer) return nullptr;
      scratch = answer->at("Parameter").at("Value");
      return &scratch;
    }
    case Reference::Of::unknown: break;
  }
  if (execution_.target.empty() || reference.inside() != "RESOURCE_ID") return nullptr;
  scratch = execution_.target;
  return &scratch;
}

const Json* output_of(const Execution& execution, std::uint32_t step, std::string_view name) {
  const StepRecord& record = execution.steps[step];
  const std::vector<StepOutput>& outputs = execution.document->steps[step].outputs;
  for (std::size_t i = 0; i < outputs.size() && i < record.outputs.size(); ++i)
    if (outputs[i].name == name && record.outputs[i]) return &*record.outputs[i];
  if (name == "OutputPayload") return record.answer.is_null() ? nullptr : &record.answer;
  return reach(record.answer, name);
}

void select_outputs(const StepSpec& step, StepRecord& record) {
  record.outputs.clear();
  for (const StepOutput& output : step.outputs) {
    std::optional<Json> value = output.selector.read(record.answer);
    if (!value) value = read_payload(step, record, output.selector);
    if (value) value = shaped(std::move(*value), output.type);
    record.outputs.push_back(std::move(value));
  }
}

std::string step_execution_id(const Execution& execution, std::size_t step) {
  return fmt::format("5e000000-{:04x}-4000-8000-{:012x}", step & 0xffffU, execution.number);
}

}  // namespace opsim::ssm
