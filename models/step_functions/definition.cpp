// From the JSON of a definition to what the interpreter walks.
#include "models/step_functions/definition.hpp"

#include <algorithm>
#include <cmath>

#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

constexpr std::string_view kTypes[] = {"Task", "Wait",   "Pass",     "Succeed",
                                       "Fail", "Choice", "Parallel", "Map"};

double number(const Json& object, std::string_view key, double otherwise) {
  const auto at = object.find(key);
  return at != object.end() && at->is_number() ? at->get<double>() : otherwise;
}

Retrier read_retrier(const Json& fields) {
  Retrier retrier{.errors = input::texts(fields, "ErrorEquals")};
  retrier.interval_seconds = number(fields, "IntervalSeconds", 1);
  retrier.max_attempts = static_cast<std::int64_t>(number(fields, "MaxAttempts", 3));
  retrier.backoff_rate = number(fields, "BackoffRate", 2);
  if (fields.contains("MaxDelaySeconds"))
    retrier.max_delay_seconds = number(fields, "MaxDelaySeconds", 0);
  retrier.full_jitter = input::text(fields, "JitterStrategy") == "FULL";
  return retrier;
}

Language language_of(const Json& fields, Language otherwise) {
  const std::string written = input::text(fields, "QueryLanguage");
  if (written.empty()) return otherwise;
  return written == "JSONata" ? Language::jsonata : Language::json_path;
}

}  // namespace

std::string_view to_string(StateType type) { return kTypes[static_cast<std::size_t>(type)]; }

std::optional<StateType> state_type(std::string_view text) {
  const auto at = std::ranges::find(kTypes, text);
  if (at == std::end(kTypes)) return std::nullopt;
  return static_cast<StateType>(at - std::begin(kTypes));
}

double Retrier::delay_seconds(std::int64_t attempt) const {
  const double delay = interval_seconds * std::pow(backoff_rate, static_cast<double>(attempt));
  return std::min(delay, max_delay_seconds.value_or(31'622'400));  // a year, the longest allowed
}

bool State::distributed() const {
  const Json* processor = field("ItemProcessor");
  if (processor == nullptr) processor = field("Iterator");
  return processor != nullptr &&
         input::text(input::member(*processor, "ProcessorConfig"), "Mode") == "DISTRIBUTED";
}

const State* Workflow::find(std::string_view name) const {
  if (const auto at = states.find(name); at != states.end()) return &at->second;
  for (const auto& [own, state] : states)
    for (const auto& branch : state.branches)
      if (const State* found = branch->find(name)) return found;
  return nullptr;
}

bool is_expression(const Json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return text.size() >= 4 && text.starts_with("{%") && text.ends_with("%}");
}

std::string_view expression_of(std::string_view text) {
  text = text.substr(2, text.size() - 4);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

State read_state(std::string name, const Json& fields, Language language) {
  State state;
  state.name = std::move(name);
  state.fields = fields;
  state.type = state_type(input::text(fields, "Type")).value_or(StateType::pass);
  state.language = language_of(fields, language);
  for (const Json& retrier : input::member(fields, "Retry"))
    state.retriers.push_back(read_retrier(retrier));
  for (const Json& catcher : input::member(fields, "Catch"))
    state.catchers.push_back(
        {input::texts(catcher, "ErrorEquals"), input::text(catcher, "Next"), catcher});
  if (state.type == StateType::task)
    state.integration = read_integration(input::text(fields, "Resource"));
  // A state's own QueryLanguage is not inherited by what it holds.
  if (state.type == StateType::parallel)
    for (const Json& branch : input::member(fields, "Branches"))
      state.branches.push_back(read_workflow(branch, language));
  if (state.type == StateType::map) {
    const char* key = fields.contains("ItemProcessor") ? "ItemProcessor" : "Iterator";
    state.branches.push_back(read_workflow(input::member(fields, key), language));
  }
  return state;
}

std::shared_ptr<const Workflow> read_workflow(const Json& definition, Language language) {
  auto workflow = std::make_shared<Workflow>();
  language = language_of(definition, language);
  workflow->start_at = input::text(definition, "StartAt");
  if (definition.contains("TimeoutSeconds"))
    workflow->timeout_seconds = number(definition, "TimeoutSeconds", 0);
  const Json& states = input::member(definition, "States");
  if (states.is_object())
    for (const auto& [name, fields] : states.items())
      workflow->states.emplace(name, read_state(name, fields, language));
  return workflow;
}

}  // namespace opsim::step_functions
