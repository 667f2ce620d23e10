#pragma once
/// Amazon EventBridge Pipes: from a queue or a stream through a filter and an enrichment to a
/// target. AWS: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes.html
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"

namespace opsim::pipes {

struct Pipe {
  std::string name;
  std::string arn;
  Place place;
  std::string source;      // ARN of a queue or a stream
  std::string enrichment;  // ARN, or ""
  std::string target;
  std::string role_arn;
  std::vector<std::string> filters;  // event patterns; one that matches is enough
  int batch_size = 10;               // API_PipeSourceSqsQueueParameters; 100 of a stream
  bool batch_size_given = false;
  // API_PipeSourceKinesisStreamParameters; less than zero: without end.
  std::string position = "LATEST";
  int maximum_retry_attempts = -1;
  Duration maximum_record_age{-1};
  bool bisects = false;
  std::string dead_letter_arn;
  std::string enrichment_template;
  std::string target_template;
  bool running = true;
  Json spec;  // as given
  SimTime created{};
  SimTime modified{};

  /// "aws:sqs", "aws:kinesis", "aws:dynamodb", as events name it; "" for a source that nothing here
  /// plays.
  [[nodiscard]] std::string source_kind() const {
    if (source.find(":kinesis:") != source.npos) return "aws:kinesis";
    if (source.find(":dynamodb:") != source.npos) return "aws:dynamodb";
    return source.find(":sqs:") != source.npos ? "aws:sqs" : "";
  }
  [[nodiscard]] bool reads_stream() const {
    const std::string kind = source_kind();
    return kind == "aws:kinesis" || kind == "aws:dynamodb";
  }
};

class Pipes : public Model {
 public:
  explicit Pipes(Cloud& cloud_) : cloud{cloud_} {}
  Cloud& cloud;
  std::map<std::pair<Place, std::string>, std::shared_ptr<Pipe>> all;
};

ApiResult<std::shared_ptr<Pipe>> read_pipe(Pipes& pipes, const Place& place, const Json& input);
/// What the service refuses of a pipe that is well formed.
std::optional<ApiError> check_pipe(Pipes& pipes, const Pipe& pipe);
/// Polls, filters, enriches and delivers until the pipe is stopped, changed or deleted.
Process<> run(Pipes& pipes, std::shared_ptr<const Pipe> pipe);

/// InputTemplate of a step: `<$.body.id>` and `<aws.pipes.pipe-name>` filled in from one event. ""
/// leaves the event as it is.
/// AWS: eb-pipes-input-transformation; the body of a message that is JSON is parsed.
/// `ingested`: when the pipe got it, in ISO 8601.
[[nodiscard]] std::string fill_in(const Pipe& pipe, std::string_view input_template,
                                  const Json& event, std::string_view ingested = {});

ApiResult<Json> create_pipe(Pipes& pipes, const Request& request);
ApiResult<Json> delete_pipe(Pipes& pipes, const Request& request);
ApiResult<Json> describe_pipe(Pipes& pipes, const Request& request);
ApiResult<Json> list_pipes(Pipes& pipes, const Request& request);
ApiResult<Json> start_pipe(Pipes& pipes, const Request& request);
ApiResult<Json> stop_pipe(Pipes& pipes, const Request& request);
ApiResult<Json> update_pipe(Pipes& pipes, const Request& request);

}  // namespace opsim::pipes
