// A queue.
// AWS: SQS Developer Guide, "Amazon SQS visibility timeout", "dead-letter queues",
// "Available CloudWatch metrics for Amazon SQS",
// "FIFO queue delivery logic".
// SIMPLIFIED: messages over their retention are dropped when the queue is next used.
#include "models/sqs/queue.hpp"

#include <fmt/format.h>

#include <charconv>

namespace opsim::sqs {

namespace {

/// A handle names the message and the receive: "AQEB-<number>-<receives>".
constexpr std::string_view kHandlePrefix = "AQEB-";

std::string handle_of(std::uint64_t number, std::int64_t receives) {
  return fmt::format("{}{:08x}-{}", kHandlePrefix, number, receives);
}

std::optional<std::uint64_t> number_of(std::string_view handle) {
  if (!handle.starts_with(kHandlePrefix)) return std::nullopt;
  handle.remove_prefix(kHandlePrefix.size());
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(handle.data(), handle.data() + handle.size(), number, 16);
  if (error != std::errc{} || end == handle.data() + handle.size() || *end != '-')
    return std::nullopt;
  return number;
}

}  // namespace

Queue::Queue(Simulation& sim, Metrics& metrics, Place place, QueueSpec spec)
    : sim_{sim},
      metrics_{metrics},
      place_{std::move(place)},
      spec_{std::move(spec)},
      created_{sim.now()},
      arrived_{sim} {}

Queue::~Queue() {
  sim_.cancel(next_show_);
  for (const SourceId source : depth_) metrics_.stop(source);
}

std::string Queue::arn() const { return opsim::arn(place_, "sqs", spec_.name); }

std::string Queue::url() const {
  return fmt::format("https://sqs.{}.amazonaws.com/{}/{}", place_.region, place_.account,
                     spec_.name);
}

SentMessage Queue::send(Message message, Duration delay) {
  drop_expired();
  const std::string key = spec_.deduplicates_by_group
                              ? fmt::format("{}\n{}", message.group, message.deduplication_id)
                              : message.deduplication_id;
  if (spec_.fifo)
    if (const SentMessage* earlier = sent_of_late_.duplicate(key, sim_.now())) return *earlier;
  message.sent = sim_.now();
  const Number number = ++last_number_;
  if (spec_.fifo) message.sequence_number = fmt::format("{:020}", number);
  SentMessage sent{message.id, message.sequence_number};
  if (spec_.fifo) sent_of_late_.remember(key, sent, sim_.now());
  messages_.emplace(number, Held{std::move(message), {}, false});
  count("NumberOfMessagesSent");
  if (delay > Duration::zero()) {
    hide(number, delay, true);
  } else {
    ready_.insert(number);
    arrived_.notify_all();
  }
  publish_depth();
  return sent;
}

// "SQS first attempts to return as many messages with the same message group ID as possible."
std::optional<Queue::Number> Queue::next_ready(const std::vector<std::string>& groups) const {
  if (!spec_.fifo) return ready_.empty() ? std::nullopt : std::optional{*ready_.begin()};
  const auto group_of = [this](Number number) -> const std::string& {
    return messages_.at(number).message.group;
  };
  if (!groups.empty())
    for (const Number number : ready_)
      if (group_of(number) == groups.back()) return number;
  for (const Number number : ready_)
    if (!order_.is_held(group_of(number))) return number;
  return std::nullopt;
}

std::optional<Message> Queue::take_oldest() {
  drop_expired();
  if (ready_.empty()) return std::nullopt;
  const Number number = *ready_.begin();
  std::optional<Message> taken{std::move(messages_.at(number).message)};
  erase(number);
  publish_depth();
  return taken;
}

std::optional<Message> Queue::receive(Duration visibility, std::vector<Message>& exhausted,
                                      std::vector<std::string>& groups) {
  drop_expired();
  while (const std::optional<Number> next = next_ready(groups)) {
    const Number number = *next;
    Message& message = messages_.at(number).message;
    if (spec_.redrive && message.receive_count >= spec_.redrive->max_receive_count) {
      exhausted.push_back(std::move(message));
      erase(number);
      continue;
    }
    ++message.receive_count;
    if (!message.first_received) message.first_received = sim_.now();
    message.receipt_handle = handle_of(number, message.receive_count);
    Message received = message;
    if (spec_.fifo) groups.push_back(message.group);
    count("NumberOfMessagesReceived");
    if (visibility > Duration::zero()) {
      ready_.erase(number);
      hide(number, visibility, false);
    }
    publish_depth();
    return received;
  }
  publish_depth();
  return std::nullopt;
}

bool Queue::knows(const std::string& receipt_handle) const {
  const auto number = number_of(receipt_handle);
  return number && *number >= 1 && *number <= last_number_;
}

// A handle of an earlier receive deletes too: "the message might be deleted" (DeleteMessage, API).
void Queue::remove(const std::string& receipt_handle) {
  const auto number = number_of(receipt_handle);
  if (!number || !messages_.contains(*number)) return;
  erase(*number);
  count("NumberOfMessagesDeleted");
  publish_depth();
}

bool Queue::change_visibility(const std::string& receipt_handle, Duration visibility) {
  const auto number = number_of(receipt_handle);
  const auto found = number ? messages_.find(*number) : messages_.end();
  if (found == messages_.end() || !found->second.hidden_until || found->second.delayed)
    return false;
  hidden_.erase({*found->second.hidden_until, *number});
  release(found->second);
  found->second.hidden_until.reset();
  hide(*number, visibility, false);
  if (visibility == Duration::zero()) show_due();
  return true;
}

void Queue::purge() {
  messages_.clear();
  ready_.clear();
  hidden_.clear();
  delayed_ = 0;
  order_.release_all();
  sim_.cancel(next_show_);
  last_purge = sim_.now();
  publish_depth();
}

void Queue::hide(Number number, Duration how_long, bool delayed) {
  Held& held = messages_.at(number);
  held.hidden_until = sim_.now() + how_long;
  held.delayed = delayed;
  delayed_ += delayed ? 1 : 0;
  if (spec_.fifo && !delayed) order_.hold(held.message.group);
  const auto [at, fresh] = hidden_.emplace(*held.hidden_until, number);
  if (at != hidden_.begin()) return;
  sim_.cancel(next_show_);
  next_show_ = sim_.at(*held.hidden_until, [this] { show_due(); });
}

void Queue::show_due() {
  bool any = false;
  while (!hidden_.empty() && hidden_.begin()->first <= sim_.now()) {
    const Number number = hidden_.begin()->second;
    hidden_.erase(hidden_.begin());
    Held& held = messages_.at(number);
    delayed_ -= held.delayed ? 1 : 0;
    release(held);
    held.hidden_until.reset();
    held.delayed = false;
    ready_.insert(number);
    any = true;
  }
  sim_.cancel(next_show_);
  if (!hidden_.empty()) next_show_ = sim_.at(hidden_.begin()->first, [this] { show_due(); });
  if (!any) return;
  arrived_.notify_all();
  publish_depth();
}

void Queue::release(const Held& held) {
  if (spec_.fifo && !held.delayed) order_.release(held.message.group);
}

void Queue::drop_expired() {
  const SimTime oldest = sim_.now() - std::chrono::seconds{spec_.retention_seconds};
  while (!messages_.empty() && messages_.begin()->second.message.sent < oldest)
    erase(messages_.begin()->first);
}

void Queue::erase(Number number) {
  const auto found = messages_.find(number);
  if (found->second.hidden_until) {
    hidden_.erase({*found->second.hidden_until, number});
    delayed_ -= found->second.delayed ? 1 : 0;
    release(found->second);
  }
  ready_.erase(number);
  messages_.erase(found);
}

// ---- Metrics: AWS/SQS, one dimension QueueName, one datapoint a minute while the queue is in use.
// ----

void Queue::count(std::string_view metric) {
  const SeriesId series =
      metrics_.intern({place_, "AWS/SQS", std::string{metric}, {{"QueueName", spec_.name}}});
  Datapoint one;
  one.timestamp = sim_.now();
  one.values = {{1.0, 1.0}};
  one.unit = "Count";
  metrics_.put(series, one);
}

void Queue::publish_depth() {
  constexpr std::string_view kNames[] = {"ApproximateNumberOfMessagesVisible",
                                         "ApproximateNumberOfMessagesNotVisible",
                                         "ApproximateAgeOfOldestMessage"};
  const bool any = !messages_.empty();
  const double age =
      any ? std::chrono::duration<double>(sim_.now() - messages_.begin()->second.message.sent)
                .count()
          : 0.0;
  const Waveform now[] = {
      {.from = sim_.now(), .level = static_cast<double>(visible())},
      {.from = sim_.now(), .level = static_cast<double>(in_flight())},
      {.from = sim_.now(), .level = age, .slope_per_second = any ? 1.0 : 0.0},
  };
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (depth_.size() > i) {
      metrics_.change(depth_[i], now[i]);
      continue;
    }
    const SeriesId series =
        metrics_.intern({place_, "AWS/SQS", std::string{kNames[i]}, {{"QueueName", spec_.name}}});
    const Sampling minutely{.unit = i == 2 ? "Seconds" : "Count"};
    depth_.push_back(metrics_.publish(series, now[i], minutely, spec_.name));
  }
}

}  // namespace opsim::sqs
