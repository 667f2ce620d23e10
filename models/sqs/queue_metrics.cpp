// What a queue tells CloudWatch: AWS/SQS, one dimension QueueName, one datapoint a minute while the
// queue is in use.
// AWS: SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS".
#include "models/sqs/queue.hpp"

namespace opsim::sqs {

namespace {

struct Depth {
  std::string_view metric;
  std::string_view unit = "Count";
  bool fifo_only = false;
};
constexpr Depth kDepths[] = {{"ApproximateNumberOfMessagesVisible"},
                             {"ApproximateNumberOfMessagesNotVisible"},
                             {"ApproximateAgeOfOldestMessage", "Seconds"},
                             {"ApproximateNumberOfMessagesDelayed"},
                             {"ApproximateNumberOfGroupsWithInflightMessages", "Count", true}};

}  // namespace

void Queue::count(std::string_view metric, double value) {
  const SeriesId series =
      metrics_.intern({place_, "AWS/SQS", std::string{metric}, {{"QueueName", spec_.name}}});
  Datapoint one;
  one.timestamp = sim_.now();
  one.values = {{value, 1.0}};
  one.unit = metric == "SentMessageSize" ? "Bytes" : "Count";
  metrics_.put(series, one);
}

// "points at the second-oldest message that hasn't been received more than three times".
std::optional<SimTime> Queue::oldest() const {
  if (ageing_.empty()) return std::nullopt;
  return messages_.at(*ageing_.begin()).message.arrived;
}

void Queue::publish_depth() {
  const SimTime now = sim_.now();
  const std::optional<SimTime> since = oldest();
  const double age = since ? std::chrono::duration<double>(now - *since).count() : 0.0;
  const Waveform waves[] = {
      {.from = now, .level = static_cast<double>(visible())},
      {.from = now, .level = static_cast<double>(in_flight())},
      {.from = now, .level = age, .slope_per_second = since ? 1.0 : 0.0},
      {.from = now, .level = static_cast<double>(delayed())},
      {.from = now, .level = static_cast<double>(order_.groups_in_flight())},
  };
  for (std::size_t i = 0; i < std::size(kDepths); ++i) {
    if (kDepths[i].fifo_only && !spec_.fifo) continue;
    if (depth_.size() > i) {
      metrics_.change(depth_[i], waves[i]);
      continue;
    }
    const SeriesId series = metrics_.intern(
        {place_, "AWS/SQS", std::string{kDepths[i].metric}, {{"QueueName", spec_.name}}});
    const Sampling minutely{.unit = std::string{kDepths[i].unit}};
    depth_.push_back(metrics_.publish(series, waves[i], minutely, spec_.name));
  }
}

}  // namespace opsim::sqs
