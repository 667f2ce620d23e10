// What CreatePipe refuses, in AWS's words: measured in us-east-1 on 2026-09-07
// (github.com/badmintoncryer/cdk-preflight, rules/pipes).
#include "models/events/service.hpp"
#include "models/kinesis/service.hpp"
#include "models/pipes/pipes.hpp"
#include "models/pipes/service.hpp"
#include "models/sqs/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

const Service* const kPipeServices[] = {&kEvents, &kPipes, &kSqs, &kKinesis};

constexpr const char* kSource = "arn:aws:sqs:us-east-1:123456789012:q";
constexpr const char* kTarget = "arn:aws:sqs:us-east-1:123456789012:out";

struct PipeWorld : SmallWorld {
  PipeWorld() : SmallWorld{kPipeServices} {}
  /// The complaint about a pipe from queue to queue with `more`, "" where it is taken.
  std::string create(Json more) {
    Json input{{"Name", fmt::format("p{}", ++pipes)},
               {"Source", kSource},
               {"Target", kTarget},
               {"RoleArn", "arn:aws:iam::123456789012:role/r"}};
    input.update(more);
    const auto answer = call("pipes", "CreatePipe", std::move(input));
    return answer ? "" : answer.error().message;
  }
  int pipes = 0;
};

}  // namespace

TEST_SUITE("pipes: what is refused") {
  // pf-pipes-source-parameters, -target-parameters, -cross-region, -enrichment-type,
  // -target-sns-fifo
  TEST_CASE("parameters belong to the ends of the pipe, which lie in its Region") {
    PipeWorld world;
    const std::string stream = "arn:aws:kinesis:us-east-1:123456789012:stream/s";
    CHECK(world.create(Json::object()) == "");
    CHECK(world.create({{"SourceParameters", {{"KinesisStreamParameters", Json::object()}}}}) ==
          "Invalid source parameter provided for source.");
    CHECK(world.create({{"Source", stream}}) ==
          "SourceParameters.KinesisStreamParameters Missing required parameter.");
    CHECK(world.create({{"TargetParameters", {{"LambdaFunctionParameters", Json::object()}}}}) ==
          "Invalid target parameter provided for target.");
    CHECK(world.create({{"Target", "arn:aws:sqs:eu-west-1:123456789012:out"}}) ==
          "Creating cross-region pipe is not permitted.");
    CHECK(world.create({{"Enrichment", kTarget}}) == "Invalid pipe enrichment.");
    CHECK(world.create({{"Target", "arn:aws:sns:us-east-1:123456789012:t.fifo"}}) ==
          "SNS FIFO topics are not supported as a pipe target.");
  }

  // pf-pipes-batch-size-target-limit: "sqs, sns and an event bus accept 10 and refuse 11".
  TEST_CASE("a batch is no larger than one call to the target") {
    PipeWorld world;
    const auto batch = [&](int size) {
      return world.create({{"SourceParameters", {{"SqsQueueParameters", {{"BatchSize", size}}}}}});
    };
    CHECK(batch(10) == "");
    CHECK(batch(11).starts_with("The configured batch size 11 is greater than the max supported"));
  }

  // pf-pipes-filter-pattern, -input-template-variables, -log-configuration
  TEST_CASE("filters are patterns, templates know eight variables, logs go somewhere") {
    PipeWorld world;
    const auto filter = [&](const char* pattern) {
      const Json filters = Json::array({{{"Pattern", pattern}}});
      return world.create({{"SourceParameters", {{"FilterCriteria", {{"Filters", filters}}}}}});
    };
    CHECK(filter(R"({"body":{"kind":["order"]}})") == "");
    CHECK(filter("{}") == "Invalid Event Pattern. Reason: Empty objects are not allowed");
    CHECK(filter(R"({"body":{"kind":"order"}})") ==
          "Invalid Event Pattern. Reason: \"kind\" must be an object or an array");
    CHECK(filter("no JSON").starts_with("Invalid Event Pattern."));
    const auto text = [&](const char* input_template) {
      return world.create({{"TargetParameters", {{"InputTemplate", input_template}}}});
    };
    CHECK(text(R"({"a":<$.body.a>,"p":"<aws.pipes.pipe-name>","<b>":1})") == "");
    CHECK(text("<aws.pipes.event.ingestion-time>") == "");
    for (const char* wrong : {"<aws.pipes.bogus>", "<aws.events.rule-name>"})
      CHECK(text(wrong) == "Invalid json path reference or predefined variable for placeholder.");
    CHECK(world.create({{"LogConfiguration", {{"Level", "ERROR"}}}}) ==
          "Must provide at least 1 log destination in LogConfiguration.");
    CHECK(world.create({{"LogConfiguration", {{"Level", "OFF"}}}}) == "");
  }

  TEST_CASE("a template knows when the pipe got an event") {
    CHECK(pipes::fill_in(pipes::Pipe{}, "\"at <aws.pipes.event.ingestion-time>\"", Json::object(),
                         "2026-03-02T09:00:00Z") == "\"at 2026-03-02T09:00:00Z\"");
  }
}

}  // namespace opsim::tests
