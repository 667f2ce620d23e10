// Pipelines as they are made and changed.
#include <fmt/format.h>

#include "models/codepipeline/codepipeline.hpp"

namespace opsim::codepipeline {

namespace {

constexpr std::size_t kMostPipelines = 1'000;  // Quotas: pipelines in an account and Region

}  // namespace

Pipeline* CodePipeline::find(const Place& place, std::string_view name) {
  const auto found = pipelines.find({place, std::string{name}});
  return found == pipelines.end() ? nullptr : found->second.get();
}

Pipeline& CodePipeline::pipeline_of(const Execution& execution) {
  return *pipelines.at({execution.place, execution.pipeline});
}

ApiResult<Pipeline*> add_pipeline(CodePipeline& all, const Place& place, PipelineSpec spec,
                                  std::string source) {
  if (all.find(place, spec.name) != nullptr)
    return ApiError{"PipelineNameInUseException",
                    fmt::format("A pipeline with the name '{}' already exists in account '{}'",
                                spec.name, place.account)};
  if (all.pipelines.size() >= kMostPipelines)
    return ApiError{"LimitExceededException",
                    "The number of pipelines associated with the AWS account has exceeded the "
                    "limit allowed for the account"};
  if (auto wrong = wrong_structure(spec, place)) return *std::move(wrong);
  auto made = std::make_unique<Pipeline>(all.sim());
  made->name = spec.name;
  made->arn = arn(place, "codepipeline", spec.name);
  made->place = place;
  made->created = made->updated = all.sim().now();
  made->source = std::move(source);
  made->gates.resize(spec.stages.size());
  made->spec = std::make_shared<const PipelineSpec>(std::move(spec));
  Pipeline& pipeline = *made;
  all.pipelines[{place, pipeline.name}] = std::move(made);
  return &pipeline;
}

/// Executions that run keep the structure with which they began (SIMPLIFIED: AWS lets the stages
/// still to come follow the new one).
void update_pipeline(CodePipeline& all, Pipeline& pipeline, PipelineSpec spec) {
  std::vector<Gate> gates(spec.stages.size());
  for (std::size_t i = 0; i < gates.size(); ++i)
    for (std::size_t j = 0; j < pipeline.gates.size(); ++j)
      if (pipeline.spec->stages[j].name == spec.stages[i].name) {
        gates[i].open = pipeline.gates[j].open;
        gates[i].reason = pipeline.gates[j].reason;
      }
  pipeline.gates = std::move(gates);
  pipeline.spec = std::make_shared<const PipelineSpec>(std::move(spec));
  ++pipeline.version;
  pipeline.updated = all.sim().now();
}

}  // namespace opsim::codepipeline
