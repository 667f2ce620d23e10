#include "tests/models/ssm/suiting_world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/document_reader.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::tests {

namespace {

class PlayModel : public Model {
 public:
  Play play;
};
const Service kPlay{
    .name = "play", .title = "what steps are told", .make = [](Cloud&) -> std::unique_ptr<Model> {
      return std::make_unique<PlayModel>();
    }};

/// A value of a type, by the name of what holds it.
Json sample_of(ssm::ParameterType type, std::string_view name) {
  const bool instance = name.find("InstanceId") != std::string_view::npos ||
                        name.find("instanceId") != std::string_view::npos;
  const Json text = instance ? "i-1" : "1";
  switch (type) {
    case ssm::ParameterType::string: return text;
    case ssm::ParameterType::integer: return 1;
    case ssm::ParameterType::boolean: return true;
    case ssm::ParameterType::string_list: return Json::array({text});
    case ssm::ParameterType::map_list: return Json::array({Json::object()});
    case ssm::ParameterType::string_map: break;
  }
  return Json::object();
}

/// "@.Key == 'v'" -> Key, v.
std::pair<std::string, std::string> equality_in(std::string_view filter) {
  const auto at = filter.find("@.");
  const auto is = filter.find("==");
  const auto open = filter.find_first_of("'\"", is == std::string_view::npos ? 0 : is);
  if (at == std::string_view::npos || is == std::string_view::npos ||
      open == std::string_view::npos)
    return {};
  std::string key{filter.substr(at + 2, is - at - 2)};
  while (key.ends_with(' ')) key.pop_back();
  const auto close = filter.find(filter[open], open + 1);
  return {key, std::string{filter.substr(open + 1, close - open - 1)}};
}

/// The place that a selector reads, made where it is not there yet.
Json* place_at(Json& root, std::string_view path) {
  Json* at = &root;
  if (path.starts_with('$')) path.remove_prefix(1);
  while (!path.empty()) {
    if (path.front() == '[') {
      const auto close = path.starts_with("[?") ? path.find(")]") + 1 : path.find(']');
      if (close == std::string_view::npos || close >= path.size()) return nullptr;
      const std::string_view inside = path.substr(1, close - 1);
      path.remove_prefix(close + 1);
      if (inside.starts_with('\'') || inside.starts_with('"')) {
        if (!at->is_object()) *at = Json::object();
        at = &(*at)[std::string{inside.substr(1, inside.size() - 2)}];
        continue;
      }
      if (!at->is_array()) *at = Json::array();
      if (at->empty()) at->push_back(Json{});
      at = &(*at)[0];
      if (const auto [key, value] = equality_in(inside); !key.empty()) (*at)[key] = value;
      continue;
    }
    while (path.starts_with('.')) path.remove_prefix(1);
    const auto end = std::min(path.find_first_of(".["), path.size());
    const std::string name{path.substr(0, end)};
    path.remove_prefix(end);
    if (name == "*") {
      if (!at->is_array()) *at = Json::array({Json{}});
      at = &(*at)[0];
      continue;
    }
    if (name.empty()) continue;
    if (!at->is_object()) *at = Json::object();
    at = &(*at)[name];
  }
  return at;
}

void put_at(Json& root, const std::string& path, const Json& value) {
  const bool list_of_values = path.find('*') != std::string::npos ||
                              path.find("..") != std::string::npos ||
                              path.find("[:]") != std::string::npos;
  Json* place = place_at(root, path);
  if (place == nullptr) return;
  *place = list_of_values && value.is_array() && !value.empty() ? value[0] : value;
}

/// An answer in which the outputs of a step are found.
Json answer_for(const ssm::StepSpec& step, const Play& play) {
  Json answer = Json::object();
  for (const ssm::StepOutput& output : step.outputs) {
    const auto told = play.outputs.find(fmt::format("{}.{}", step.name, output.name));
    put_at(answer, output.selector.text(),
           told != play.outputs.end() ? told->second : sample_of(output.type, output.name));
  }
  return answer;
}

/// The step that makes this call; null when none does.
const ssm::Execution* asking(ssm::Ssm& model, const Request& request) {
  const ssm::Execution* found = nullptr;
  for (const auto& [id, execution] : model.executions) {
    if (ssm::has_ended(execution->status) || execution->steps.empty()) continue;
    const ssm::StepSpec& step = execution->document->steps[execution->current];
    if (!step.api) continue;
    const ssm::ExecutionValues values{*execution, model};
    if (same_operation(request.operation, step.api->operation.fill_text(values)) &&
        (found == nullptr || found->number < execution->number))
      found = execution.get();
  }
  return found;
}

ApiResult<Json> ask_fake_ec2(Model& model, const Request& request) {
  FakeEc2& ec2 = static_cast<FakeEc2&>(model);
  if (request.operation == "DescribeInstances") return describe_instances(ec2, request);
  if (request.operation == "CreateTags") return create_tags(ec2, request);
  if (request.operation.ends_with("Instances")) return change_state(ec2, request);
  return Json::object();
}

ApiResult<Json> as_hoped(Model& model, const Request& request) {
  auto& systems_manager = *static_cast<ssm::Ssm*>(request.cloud.model("ssm"));
  const ssm::Execution* execution = asking(systems_manager, request);
  const bool ec2 = request.service == "ec2";
  if (execution == nullptr) return ec2 ? ask_fake_ec2(model, request) : Json::object();
  if (ec2 && !request.operation.starts_with("Describe")) {
    const ApiResult<Json> done = ask_fake_ec2(model, request);
    if (!done) return done;
  }
  const Play& play = static_cast<PlayModel*>(request.cloud.model("play"))->play;
  const ssm::StepSpec& step = execution->document->steps[execution->current];
  Json answer = answer_for(step, play);
  if (!step.api->property) return answer;
  const ssm::ExecutionValues values{*execution, systems_manager};
  const Json desired = ssm::as_text_list(step.api->desired.fill(values));
  const auto late = play.late.find(step.name);
  const SimTime started = execution->steps[execution->current].started;
  const bool yet = late == play.late.end() || request.cloud.sim().now() >= started + late->second;
  put_at(answer, step.api->property->text(),
         yet && !desired.empty() ? desired[0] : Json("not yet"));
  return answer;
}

std::unique_ptr<Model> no_state(Cloud&) { return std::make_unique<Model>(); }

std::string pascal(std::string_view written) {
  std::string name;
  bool upper = true;
  for (const char c : written) {
    if (c == '_' || c == '-') {
      upper = true;
      continue;
    }
    name += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return name;
}

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool is_flow(std::string_view action) {
  constexpr std::string_view flow[] = {"aws:branch", "aws:sleep", "aws:approve",
                                       "aws:pause",  "aws:loop",  "aws:updateVariable"};
  return std::ranges::find(flow, action) != std::end(flow);
}

/// What a script's physics gives: under Payload, as selectors of scripts read it.
Json payload_for(const ssm::StepSpec& step, const Play& play) {
  Json answer = answer_for(step, play);
  return answer.contains("Payload") ? answer["Payload"] : answer;
}

/// What a text's placeholders are, without an execution: nothing but the parameters given.
struct Given final : ssm::Values {
  explicit Given(const Json& with, const ssm::Names& of) : parameters{with}, names{of} {}
  const Json* find(const ssm::Reference& reference, Json& scratch) const override {
    if (reference.of != ssm::Reference::Of::parameter) return nullptr;
    const auto found = parameters.find(names.parameters[reference.index]);
    if (found == parameters.end()) return nullptr;
    scratch = found->is_array() && found->size() == 1 ? (*found)[0] : *found;
    return &scratch;
  }
  const Json& parameters;
  const ssm::Names& names;
};

void collect(const ssm::Condition& condition, const Given& given,
             std::map<std::string, std::vector<Json>>& candidates) {
  for (const ssm::Condition& part : condition.parts) collect(part, given, candidates);
  if (condition.kind != ssm::Condition::Kind::test || condition.variable.is_literal()) return;
  const std::string variable = condition.variable.fill_text(given);
  std::string key;
  ssm::for_each_reference(variable, given.names, [&](const ssm::Reference& reference) {
    if (reference.of == ssm::Reference::Of::output) key = reference.inside();
  });
  if (key.empty()) return;
  std::vector<Json>& values = candidates[key];
  const auto add = [&](Json value) {
    if (std::ranges::find(values, value) == values.end()) values.push_back(std::move(value));
  };
  add(condition.operand.fill(given));
  if (condition.symbol == "BooleanEquals") {
    add(true);
    add(false);
  } else if (condition.symbol.starts_with("Numeric")) {
    add(0);
    add(1000);
  } else {
    add("another");
  }
}

}  // namespace

SuitingCatalog::SuitingCatalog(const ssm::DocumentSpec& document) {
  for (const ssm::StepSpec& step : document.steps)
    if (step.api && step.api->service.is_literal() && step.api->operation.is_literal())
      calls_[lowered(ssm::text_of(step.api->service.literal()))].insert(
          pascal(ssm::text_of(step.api->operation.literal())));
  for (const std::string_view name : {"CreateTags", "DescribeInstances", "RebootInstances",
                                      "StartInstances", "StopInstances", "TerminateInstances"})
    calls_["ec2"].emplace(name);
  calls_["cloudformation"].insert({"CreateStack", "DeleteStack"});
  calls_["sns"];
  rows_ = {&kSsm, &kPlay};
  for (const auto& [service, names] : calls_) {
    std::vector<Operation>& rows = operations_[service];
    for (const std::string& name : names) {
      Operation row{.name = name, .now = &as_hoped};
      if (name.starts_with("Describe") || name.starts_with("Get") || name.starts_with("List"))
        row.access = Access::read;
      if (service == "ssm" && find_operation(std::span{rows_}.first(1), "ssm", name).row != nullptr)
        continue;
      if (service == "cloudformation" && names.size() == 2)
        row = {.name = name, .not_simulated = "-"};
      rows.push_back(row);
    }
    auto table = std::make_unique<Service>();
    table->name = service == "ssm" ? std::string_view{"ssm-more"} : std::string_view{service};
    table->endpoint = service;
    table->title = "as steps hope";
    table->make = service == "ec2" ? kFakeEc2.make : &no_state;
    if (service == "ec2") table->quantities = kFakeEc2.quantities;
    if (service == "ec2") table->targets = kFakeEc2.targets;
    table->operations = rows;
    rows_.push_back(table.get());
    made_.push_back(std::move(table));
  }
}

SuitingWorld::SuitingWorld(const ssm::DocumentSpec& document, const std::string& content, Play play)
    : catalog{document}, world{Seed{1}, Level::goals, catalog.services()} {
  for (const char* const id : {"i-1", "i-0123456789abcdef0"}) world.add_instance(id);
  (void)world.ask("CreateDocument",
                  {{"Name", "Real"}, {"DocumentType", "Automation"}, {"Content", content}});
  for (const ssm::StepSpec& step : document.steps) {
    if (step.action_name == "aws:approve" && play.approvers)
      world.physics(fmt::format("Real/{}", step.name), "{ takes: 1min }");
    if (is_flow(step.action_name) || step.api) continue;
    const bool fails = step.name == play.failing;
    Json payload = payload_for(step, play);
    if (step.action_name == "aws:createStack" && payload.empty())
      payload = Json{{"StackId", "stack"}, {"StackStatus", "CREATE_COMPLETE"}};
    world.physics(fmt::format("Real/{}", step.name),
                  fmt::format("{{ takes: 5s, succeeds: {} %, payload: {} }}", fails ? 0 : 100,
                              payload.dump()));
  }
  static_cast<PlayModel*>(world.cloud.model("play"))->play = std::move(play);
}

std::shared_ptr<ssm::DocumentSpec> read_runbook_text(const std::string& content) {
  Diagnostics diagnostics;
  const Document text = read_json("runbook.json", content);
  auto spec = ssm::read_ssm_document(text.root, diagnostics, nullptr);
  return spec != nullptr && spec->type == ssm::DocumentType::automation ? spec : nullptr;
}

Json value_for_parameter(const ssm::ParameterSpec& parameter) {
  if (!parameter.allowed_values.empty()) return ssm::as_text_list(parameter.allowed_values[0]);
  if (parameter.name.find("Role") != std::string::npos && parameter.pattern == nullptr)
    return Json::array({"arn:aws:iam::012345678901:role/Runner"});
  switch (parameter.type) {
    case ssm::ParameterType::boolean: return Json::array({"true"});
    case ssm::ParameterType::integer:
      return Json::array({std::to_string(parameter.min_value.value_or(1))});
    case ssm::ParameterType::string_map: return Json::array({"{}"});
    case ssm::ParameterType::map_list: return Json::array({"[]"});
    case ssm::ParameterType::string:
    case ssm::ParameterType::string_list: break;
  }
  constexpr const char* kGuesses[] = {
      "i-1",
      "i-0123456789abcdef0",
      "5",
      "PT1M",
      "arn:aws:iam::012345678901:role/Runner",
      "us-east-1",
      "name",
      "vpc-0123456789abcdef0",
      "sg-0123456789abcdef0",
      "vol-0123456789abcdef0",
      "2026-03-02T09:00:00Z",
      "1g",
      "tgw-0123456789abcdef0",
      "task:1",
      "arn:aws:ec2:us-east-1:012345678901:instance/i-0123456789abcdef0",
      "arn:aws:cloudfront::012345678901:distribution/E1EXAMPLE12345",
      "https://sqs.us-east-1.amazonaws.com/012345678901/queue",
      "arn:aws:sns:us-east-1:012345678901:topic"};
  const bool instance = lowered(parameter.name).find("instance") != std::string::npos;
  if (parameter.pattern == nullptr) return Json::array({instance ? "i-1" : "5"});
  for (const char* const guess : kGuesses)
    if (parameter.pattern->matches(guess)) return Json::array({guess});
  return Json::array({"i-1"});
}

std::map<std::string, std::vector<Json>> branch_candidates(const ssm::DocumentSpec& document,
                                                           const Json& parameters) {
  const Given given{parameters, document.names};
  std::map<std::string, std::vector<Json>> candidates;
  for (const ssm::StepSpec& step : document.steps)
    if (step.branch)
      for (const ssm::Choice& choice : step.branch->choices)
        collect(choice.condition, given, candidates);
  return candidates;
}

std::vector<std::map<std::string, Json>> combinations(
    const std::map<std::string, std::vector<Json>>& candidates, std::size_t most) {
  std::vector<std::map<std::string, Json>> all{{}};
  for (const auto& [key, values] : candidates) {
    std::vector<std::map<std::string, Json>> longer;
    for (const auto& one : all)
      for (const Json& value : values) {
        if (longer.size() >= most) break;
        longer.push_back(one);
        longer.back()[key] = value;
      }
    if (!longer.empty()) all = std::move(longer);
  }
  return all;
}

}  // namespace opsim::tests
