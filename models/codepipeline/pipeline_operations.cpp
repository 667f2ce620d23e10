// Pipelines by call and by template.
// AWS: CodePipeline API Reference, the operation of the same name.
#include <fmt/format.h>

#include "models/codepipeline/operations.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/quantity.hpp"

namespace opsim::codepipeline {

namespace {

using input::member;
using input::text;

ApiResult<PipelineSpec> declared(const Request& request) {
  return read_pipeline(member(request.input, "pipeline"), request.place());
}

Json declaration(const Pipeline& pipeline) {
  Json given = pipeline.spec->given;
  given["name"] = pipeline.name;
  given["version"] = pipeline.version;
  given["pipelineType"] = pipeline.spec->type;
  given["executionMode"] = to_string(pipeline.spec->mode);
  return given;
}

ApiResult<Json> change_transition(CodePipeline& all, const Request& request, bool open) {
  const auto pipeline = named_pipeline(all, request, "pipelineName");
  if (!pipeline) return pipeline.error();
  const auto stage = named_stage(**pipeline, request.input);
  if (!stage) return stage.error();
  if (text(request.input, "transitionType") != "Inbound")
    return ApiError{"ValidationException",
                    "transitionType: only Inbound transitions are available"};
  Gate& gate = (*pipeline)->gates[*stage];
  gate.open = open;
  gate.reason = open ? "" : text(request.input, "reason");
  gate.changed_by = request.caller.principal;
  gate.changed_at = all.sim().now();
  all.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = (*pipeline)->name,
       .text = fmt::format("the transition into stage {} is {}{}{}",
                           (*pipeline)->spec->stages[*stage].name, open ? "enabled" : "disabled",
                           gate.reason.empty() ? "" : ": ", gate.reason),
       .source = (*pipeline)->source,
       .detail = {{"act", open ? "transition enabled" : "transition disabled"}}});
  if (open) (*pipeline)->moved.notify_all();
  return Json::object();
}

constexpr Shape kTakes{.kind = Kind::distribution, .example = "lognormal(p50 1h, p99 8h)"};
constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "95 %"};
constexpr Shape kWho{.kind = Kind::text, .example = "security"};
constexpr Field kActionFields[] = {
    {.name = "approves",
     .shape = &kShare,
     .doc = "How often one approves what gives no reason to reject (100 %)."},
    {.name = "by", .shape = &kWho, .doc = "Who decides (reviewer)."},
    {.name = "decides in", .shape = &kTakes, .doc = "From the request to the decision (1 h)."},
    {.name = "notices",
     .shape = &kShare,
     .doc =
         "How often a change set that replaces or removes a resource, which an earlier action of "
         "the execution made, is rejected for it (95 %)."},
};

}  // namespace

constexpr Shape kActionPhysicsShape{
    .kind = Kind::mapping, .doc = "How people decide at an approval.", .fields = kActionFields};

void apply_action_physics(Model& model, const PhysicsRequest& request) {
  ActionPhysics physics;
  if (const auto takes = request.values.find("decides in"))
    if (const ParsedDistribution parsed = Distribution::parse(takes->spelling()))
      physics.decides_in = *parsed;
  if (const auto share = request.values.find("approves"))
    physics.approves = parse_percent(share->spelling()).value_or(100);
  if (const auto share = request.values.find("notices"))
    physics.notices = parse_percent(share->spelling()).value_or(95);
  if (const auto who = request.values.find("by")) physics.by = who->spelling();
  const std::string pipeline =
      request.resource == nullptr ? std::string{request.name} : request.resource->physical_id;
  static_cast<CodePipeline&>(model).physics[fmt::format("{}/{}", pipeline, request.part)] =
      std::move(physics);
}

ApiResult<Pipeline*> named_pipeline(CodePipeline& all, const Request& request,
                                    std::string_view member_name) {
  const std::string name = text(request.input, member_name);
  if (Pipeline* found = all.find(request.place(), name)) return found;
  return ApiError{"PipelineNotFoundException",
                  fmt::format("Account '{}' does not have a pipeline with name '{}'",
                              request.place().account, name)};
}

ApiResult<std::size_t> named_stage(const Pipeline& pipeline, const Json& input) {
  const std::string name = text(input, "stageName");
  for (std::size_t i = 0; i < pipeline.spec->stages.size(); ++i)
    if (pipeline.spec->stages[i].name == name) return i;
  return ApiError{
      "StageNotFoundException",
      fmt::format("Pipeline '{}' does not have a stage with name '{}'", pipeline.name, name)};
}

/// "When you create a pipeline, it runs": the first execution starts at once.
ApiResult<Json> create_pipeline(CodePipeline& all, const Request& request) {
  ApiResult<PipelineSpec> spec = declared(request);
  if (!spec) return spec.error();
  const auto made = add_pipeline(all, request.place(), *std::move(spec), "");
  if (!made) return made.error();
  Start start;
  start.trigger = {"CreatePipeline", request.caller.principal};
  (void)start_execution(all, **made, std::move(start));
  return Json{{"pipeline", declaration(**made)}};
}

ApiResult<Json> update_pipeline_call(CodePipeline& all, const Request& request) {
  ApiResult<PipelineSpec> spec = declared(request);
  if (!spec) return spec.error();
  Pipeline* pipeline = all.find(request.place(), spec->name);
  if (pipeline == nullptr)
    return ApiError{"PipelineNotFoundException",
                    fmt::format("Account '{}' does not have a pipeline with name '{}'",
                                request.place().account, spec->name)};
  if (auto wrong = wrong_structure(*spec, request.place())) return *std::move(wrong);
  update_pipeline(all, *pipeline, *std::move(spec));
  return Json{{"pipeline", declaration(*pipeline)}};
}

ApiResult<Json> delete_pipeline(CodePipeline& all, const Request& request) {
  Pipeline* pipeline = all.find(request.place(), text(request.input, "name"));
  if (pipeline == nullptr) return Json::object();  // deleting what is not there is no error
  for (const std::string& id : pipeline->executions) {
    all.executions.at(id)->scope.cancel();
    all.executions.erase(id);
  }
  all.pipelines.erase({request.place(), text(request.input, "name")});
  return Json::object();
}

ApiResult<Json> get_pipeline(CodePipeline& all, const Request& request) {
  const auto pipeline = named_pipeline(all, request, "name");
  if (!pipeline) return pipeline.error();
  return Json{{"pipeline", declaration(**pipeline)},
              {"metadata",
               {{"pipelineArn", (*pipeline)->arn},
                {"created", seconds_of((*pipeline)->created)},
                {"updated", seconds_of((*pipeline)->updated)}}}};
}

ApiResult<Json> list_pipelines(CodePipeline& all, const Request& request) {
  Json list = Json::array();
  for (const auto& [key, one] : all.pipelines)
    if (key.first == request.place())
      list.push_back({{"name", one->name},
                      {"version", one->version},
                      {"pipelineType", one->spec->type},
                      {"executionMode", to_string(one->spec->mode)},
                      {"created", seconds_of(one->created)},
                      {"updated", seconds_of(one->updated)}});
  return Json{{"pipelines", std::move(list)}};
}

ApiResult<Json> disable_transition(CodePipeline& all, const Request& request) {
  return change_transition(all, request, false);
}
ApiResult<Json> enable_transition(CodePipeline& all, const Request& request) {
  return change_transition(all, request, true);
}

/// A stack that stands has run its pipeline already: nothing starts at time zero.
ApiResult<Created> create_pipeline_resource(CodePipeline& all, const ResourceRequest& request) {
  ApiResult<PipelineSpec> spec = read_pipeline(request.properties, request.place);
  if (!spec) return spec.error();
  if (spec->name.empty())
    spec->name = fmt::format("{}-{}-{}", request.stack, request.logical_id,
                             all.cloud.next_id("").substr(0, 8));
  const auto made = add_pipeline(all, request.place, *std::move(spec), request.source);
  if (!made) return made.error();
  const Json& closed = member(request.properties, "DisableInboundStageTransitions");
  if (closed.is_array())
    for (const Json& one : closed)
      for (std::size_t i = 0; i < (*made)->gates.size(); ++i)
        if ((*made)->spec->stages[i].name == text(one, "StageName")) {
          (*made)->gates[i].open = false;
          (*made)->gates[i].reason = text(one, "Reason");
        }
  return Created{.physical_id = (*made)->name,
                 .arn = (*made)->arn,
                 .attributes = {{"Version", std::to_string((*made)->version)}}};
}

}  // namespace opsim::codepipeline
