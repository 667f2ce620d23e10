// Alarms on connected data sources.
// "If there is a permission problem with calling the Lambda function, the alarm begins having
// missing data transitions according to how you specified the alarm to treat missing data. Any
// other error coming from the Lambda function causes the alarm to transition to INSUFFICIENT_DATA."
#include "models/cloudwatch/connected_source.hpp"

#include <cmath>

#include "models/cloudwatch/cloudwatch.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::cloudwatch {
namespace {

std::int64_t epoch_seconds(SimTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

Process<> ask_source(Cloud& cloud, Place place, std::string alarm, std::string function,
                     std::string payload) {
  const SimTime asked = cloud.sim().now();
  Caller caller{place, "cloudwatch.amazonaws.com", ""};
  std::string service{"lambda"};
  std::string operation{"Invoke"};
  Json input{{"FunctionName", std::move(function)}, {"Payload", std::move(payload)}};
  const ApiResult<Json> answer = co_await cloud.call(std::move(caller), std::move(service),
                                                     std::move(operation), std::move(input));
  auto* model = static_cast<CloudWatch*>(cloud.model("cloudwatch"));
  Alarm* asking = model == nullptr ? nullptr : model->find(place, alarm);
  if (asking != nullptr) asking->take_source(asked, answer);
}

}  // namespace

Json source_request(const ExpectedTimes& times, const MathNode& lambda) {
  Json arguments = Json::array();
  for (std::size_t i = 1; i < lambda.parts.size(); ++i) {
    const MathNode& part = lambda.parts[i];
    if (part.kind == MathNode::Kind::number) {
      arguments.push_back(part.number);
    } else {
      arguments.push_back(part.text);
    }
  }
  Json request{{"StartTime", epoch_seconds(times.at(times.count - 1))},
               {"EndTime", epoch_seconds(times.end)},
               {"Period", times.period / std::chrono::seconds{1}},
               {"Arguments", std::move(arguments)}};
  return {{"EventType", "GetMetricData"}, {"GetMetricDataRequest", std::move(request)}};
}

std::optional<std::vector<std::optional<double>>> aligned(const ExpectedTimes& times,
                                                          const Json& answer) {
  if (!answer.is_object() || answer.contains("Error")) return std::nullopt;
  const auto results = answer.find("MetricDataResults");
  if (results == answer.end() || !results->is_array() || results->size() != 1) return std::nullopt;
  const Json& result = results->front();
  if (!result.is_object() || result.value("StatusCode", "") == "InternalError") return std::nullopt;
  const Json stamps = result.value("Timestamps", Json());
  const Json values = result.value("Values", Json());
  if (!stamps.is_array() || !values.is_array() || stamps.size() != values.size()) {
    return std::nullopt;
  }
  std::vector<std::optional<double>> newest_first(times.count);
  for (std::size_t i = 0; i < stamps.size(); ++i) {
    if (!stamps[i].is_number() || !values[i].is_number()) return std::nullopt;
    for (std::size_t age = 0; age < times.count; ++age) {
      if (stamps[i].get<double>() != static_cast<double>(epoch_seconds(times.at(age)))) continue;
      newest_first[age] = values[i].get<double>();
    }
  }
  return newest_first;
}

const MathNode* connected_source(const AlarmSpec& spec) {
  if (!spec.program) return nullptr;
  const auto& math = spec.program->queries[spec.watched].math;
  const bool calls_lambda = math && math->kind == MathNode::Kind::call &&
                            math->function->call == MathCall::lambda && !math->parts.empty();
  return calls_lambda ? &*math : nullptr;
}

// ---- The alarm ---------------------------------------------------------------------------------

/// The answer comes later than the evaluation that asked for it.
void Alarm::ask_connected_source() {
  const SimTime now = cloud_.sim().now();
  const ExpectedTimes times{newest_end(spec_->window, now), spec_->window.period,
                            evaluation_range(spec_->window)};
  const MathNode& lambda = *connected_source(*spec_);
  std::string payload = source_request(times, lambda).dump();
  cloud_.sim().spawn(
      ask_source(cloud_, spec_->place, spec_->name, lambda.parts[0].text, std::move(payload)));
}

void Alarm::take_source(SimTime asked, const ApiResult<Json>& answer) {
  if (connected_source(*spec_) == nullptr || asked < configured_) return;
  const ExpectedTimes times{newest_end(spec_->window, asked), spec_->window.period,
                            evaluation_range(spec_->window)};
  std::optional<std::vector<std::optional<double>>> values;
  if (answer && !answer->contains("FunctionError")) {
    values = aligned(times, Json::parse(answer->value("Payload", ""), nullptr, false));
  } else if (!answer && answer.error().code.find("AccessDenied") != std::string::npos) {
    values.emplace(times.count);
  }
  const bool failed = !values;
  if (failed) values.emplace(times.count);
  const SimTime now = cloud_.sim().now();
  StateRecord next{.state = state_->state,
                   .how = StateRecord::How::evaluated,
                   .updated = now,
                   .transitioned = now,
                   .spec = spec_};
  Verdict& verdict = next.evaluation.verdict;
  verdict = evaluate(spec_->rule, *values);
  if (failed) verdict.state = AlarmState::insufficient_data;
  next.evaluation.at = asked;
  std::vector<AlarmPoint> points;
  for (std::size_t age = 0; age < times.count; ++age) {
    AlarmPoint point{.start = times.at(age), .value = (*values)[age]};
    point.breaching = point.value && spec_->rule.threshold.breached_by(*point.value);
    points.push_back(point);
  }
  next.evaluation.points = counted_points(points, verdict);
  if (!verdict.state || *verdict.state == state_->state) return;
  next.state = *verdict.state;
  transition_to(std::move(next));
}

}  // namespace opsim::cloudwatch
