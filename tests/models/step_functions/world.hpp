#pragma once
/// A small world with state machines, functions and queues.
#include "models/lambda/service.hpp"
#include "models/sqs/service.hpp"
#include "models/step_functions/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

inline const Service* const kStatesWorld[] = {&kLambda, &kSqs, &kStepFunctions};

struct StatesWorld : SmallWorld {
  explicit StatesWorld(Catalog catalog = kStatesWorld) : SmallWorld{catalog} {}

  /// The ARN of a machine that begins at the first state by name; "" where it is refused and
  /// `accepted` is false.
  std::string machine(const Json& states, Json more = Json::object(), bool accepted = true,
                      const char* type = "STANDARD", const char* name = "machine") {
    Json definition{{"StartAt", states.begin().key()}, {"States", states}};
    if (more.is_object()) definition.update(more);
    const Json input{{"name", name},
                     {"type", type},
                     {"definition", definition.dump()},
                     {"roleArn", "arn:aws:iam::123456789012:role/states"}};
    const ApiResult<Json> made = call("states", "CreateStateMachine", input);
    if (!made && accepted) FAIL(made.error().message);
    return made ? made->at("stateMachineArn").get<std::string>() : std::string{};
  }
  /// An execution, played to its end.
  Json play(const std::string& arn, const Json& input, Duration most = std::chrono::hours{24}) {
    const Json begun =
        must("states", "StartExecution", {{"stateMachineArn", arn}, {"input", input.dump()}});
    run_for(most);
    return must("states", "DescribeExecution", {{"executionArn", begun.at("executionArn")}});
  }
  /// A function whose physics are `yaml`.
  void function(const std::string& name, const std::string& yaml) {
    make("AWS::Lambda::Function", name,
         {{"FunctionName", name}, {"Role", "arn:aws:iam::123456789012:role/f"}});
    const Document document = read_yaml("scenario.yaml", yaml);
    kLambda.physics[0].apply(*cloud.model("lambda"),
                             {cloud, name, "", cloud.resources().find(name), document.root});
  }
  [[nodiscard]] double sum(const char* metric, const std::string& machine_arn) {
    const auto series = cloud.metrics().find(
        {cloud.home(), "AWS/States", metric, {{"StateMachineArn", machine_arn}}});
    if (!series) return 0;
    return cloud.metrics().summary(*series, {sim.start(), sim.now() + 1s, sim.now() + 1s}).sum;
  }
  /// When the events of a type happened, since the execution began.
  [[nodiscard]] std::vector<double> times_of(const Json& execution, const std::string& type) {
    std::vector<double> found;
    const Json events = must("states", "GetExecutionHistory",
                             {{"executionArn", execution.at("executionArn")}, {"maxResults", 1000}})
                            .at("events");
    const auto at = [](const Json& text) { return *parse_iso8601(text.get<std::string>()); };
    for (const Json& event : events)
      if (event.at("type") == type)
        found.push_back(
            std::chrono::duration<double>(at(event.at("timestamp")) - at(execution.at("startDate")))
                .count());
    return found;
  }
};

}  // namespace opsim::tests
