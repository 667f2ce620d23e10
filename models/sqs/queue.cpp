// A queue.
// AWS: SQS Developer Guide, "Amazon SQS visibility timeout", "dead-letter queues", "FIFO queue
// delivery logic", "Available CloudWatch metrics for Amazon SQS" (poison pills go to the back).
// SIMPLIFIED: messages over their retention are dropped when the queue is next used.
#include "models/sqs/queue.hpp"

#include <fmt/format.h>

#include <charconv>

namespace opsim::sqs {

namespace {

/// A handle names the message and the receive: "AQEB-<number>-<receives>".
constexpr std::string_view kHandlePrefix = "AQEB-";

/// "After a message is received three times (or more) and not processed, the message is moved to
/// the back of the queue", and its age counts no more.
constexpr std::int64_t kPoisonPill = 3;

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
      modified_{sim.now()},
      arrived_{sim} {}

Queue::~Queue() {
  sim_.cancel(next_show_);
  for (const SourceId source : depth_) metrics_.stop(source);
}

void Queue::set_spec(QueueSpec spec) {
  spec_ = std::move(spec);
  modified_ = sim_.now();
}

std::string Queue::arn() const { return opsim::arn(place_, "sqs", spec_.name); }

std::string Queue::url() const {
  return fmt::format("https://sqs.{}.amazonaws.com/{}/{}", place_.region, place_.account,
                     spec_.name);
}

SentMessage Queue::send(Message message, Duration delay) {
  const std::string key = spec_.deduplicates_by_group
                              ? fmt::format("{}\n{}", message.group, message.deduplication_id)
                              : message.deduplication_id;
  if (spec_.fifo)
    if (const SentMessage* earlier = sent_of_late_.duplicate(key, sim_.now())) {
      count("NumberOfDeduplicatedSentMessages");
      return *earlier;
    }
  if (spec_.fifo) message.sequence_number = fmt::format("{:020}", last_number_ + 1);
  SentMessage sent{message.id, message.sequence_number};
  if (spec_.fifo) sent_of_late_.remember(key, sent, sim_.now());
  count("NumberOfMessagesSent");
  count("SentMessageSize", static_cast<double>(message.body.size()));
  keep(std::move(message), delay);
  return sent;
}

void Queue::take_in(Message message) {
  if (spec_.fifo) message.sequence_number = fmt::format("{:020}", last_number_ + 1);
  keep(std::move(message), Duration::zero());
}

void Queue::keep(Message message, Duration delay) {
  drop_expired();
  message.arrived = sim_.now();
  message.sent = message.sent_before.value_or(sim_.now());
  const Number number = ++last_number_;
  by_sending_.emplace(message.sent, number);
  ageing_.insert(number);
  messages_.emplace(number, Held{std::move(message), ++last_turn_, {}, {}, false});
  if (delay > Duration::zero()) {
    hide(number, delay, true);
  } else {
    ready_.emplace(last_turn_, number);
    arrived_.notify_all();
  }
  publish_depth();
}

// "SQS first attempts to return as many messages with the same message group ID as possible."
std::optional<Queue::Number> Queue::next_ready(const std::vector<std::string>& groups) const {
  if (!spec_.fifo) return ready_.empty() ? std::nullopt : std::optional{ready_.begin()->second};
  const auto group_of = [this](Number number) -> const std::string& {
    return messages_.at(number).message.group;
  };
  if (!groups.empty())
    for (const auto& [turn, number] : ready_)
      if (group_of(number) == groups.back()) return number;
  for (const auto& [turn, number] : ready_)
    if (!order_.is_held(group_of(number))) return number;
  return std::nullopt;
}

std::optional<Message> Queue::take_oldest() {
  drop_expired();
  if (ready_.empty()) return std::nullopt;
  const Number number = ready_.begin()->second;
  std::optional<Message> taken{messages_.at(number).message};
  erase(number);
  publish_depth();
  return taken;
}

std::optional<Message> Queue::receive(Duration visibility, std::vector<Message>& exhausted,
                                      std::vector<std::string>& groups) {
  drop_expired();
  while (const std::optional<Number> next = next_ready(groups)) {
    const Number number = *next;
    Held& held = messages_.at(number);
    Message& message = held.message;
    if (spec_.redrive && message.receive_count >= spec_.redrive->max_receive_count) {
      exhausted.push_back(message);
      erase(number);
      continue;
    }
    ++message.receive_count;
    held.received = sim_.now();
    if (!message.first_received) message.first_received = sim_.now();
    message.receipt_handle = handle_of(number, message.receive_count);
    if (message.receive_count >= kPoisonPill) ageing_.erase(number);
    Message received = message;
    if (spec_.fifo) groups.push_back(message.group);
    count("NumberOfMessagesReceived");
    ready_.erase({held.turn, number});
    if (visibility > Duration::zero()) {
      hide(number, visibility, false);
    } else {
      show(number, held);
    }
    publish_depth();
    return received;
  }
  publish_depth();
  return std::nullopt;
}

std::optional<std::vector<Message>> Queue::receive_again(const std::vector<std::string>& handles,
                                                         Duration visibility) {
  std::vector<Message> again;
  for (const std::string& handle : handles) {
    const Held* held = find(handle);
    if (held == nullptr || !held->hidden_until || held->message.receipt_handle != handle)
      return std::nullopt;
    again.push_back(held->message);
  }
  for (const std::string& handle : handles) change_visibility(handle, visibility);
  return again;
}

const Queue::Held* Queue::find(const std::string& receipt_handle) const {
  const auto number = number_of(receipt_handle);
  const auto found = number ? messages_.find(*number) : messages_.end();
  return found == messages_.end() ? nullptr : &found->second;
}

// In a standard queue a handle of an earlier receive deletes too: "the message might be deleted"
// (DeleteMessage, API). In a FIFO queue it does not once its visibility timeout is over.
Handle Queue::judge(const std::string& receipt_handle) const {
  const auto number = number_of(receipt_handle);
  if (!number || *number < 1 || *number > last_number_) return Handle::unknown;
  const Held* held = find(receipt_handle);
  if (held == nullptr || !spec_.fifo) return Handle::valid;
  const bool current = held->hidden_until && held->message.receipt_handle == receipt_handle;
  return current ? Handle::valid : Handle::expired;
}

void Queue::remove(const std::string& receipt_handle) {
  const auto number = number_of(receipt_handle);
  if (!number || !messages_.contains(*number)) return;
  erase(*number);
  count("NumberOfMessagesDeleted");
  publish_depth();
}

std::optional<SimTime> Queue::received(const std::string& receipt_handle) const {
  const Held* held = find(receipt_handle);
  if (held == nullptr || !held->hidden_until || held->delayed) return std::nullopt;
  return held->received;
}

bool Queue::change_visibility(const std::string& receipt_handle, Duration visibility) {
  if (!received(receipt_handle)) return false;
  const Number number = *number_of(receipt_handle);
  Held& held = messages_.at(number);
  hidden_.erase({*held.hidden_until, number});
  release(held);
  held.hidden_until.reset();
  hide(number, visibility, false);
  if (visibility == Duration::zero()) show_due();
  return true;
}

void Queue::purge() {
  messages_.clear();
  ready_.clear();
  hidden_.clear();
  by_sending_.clear();
  ageing_.clear();
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

// "For FIFO queues, the message is not moved to the back of the queue because this would break the
// FIFO order guarantees."
void Queue::show(Number number, Held& held) {
  if (!spec_.fifo && held.message.receive_count >= kPoisonPill) held.turn = ++last_turn_;
  ready_.emplace(held.turn, number);
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
    show(number, held);
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
  while (!by_sending_.empty() && by_sending_.begin()->first < oldest)
    erase(by_sending_.begin()->second);
}

void Queue::erase(Number number) {
  const auto found = messages_.find(number);
  const Held& held = found->second;
  if (held.hidden_until) {
    hidden_.erase({*held.hidden_until, number});
    delayed_ -= held.delayed ? 1 : 0;
    release(held);
  }
  ready_.erase({held.turn, number});
  by_sending_.erase({held.message.sent, number});
  ageing_.erase(number);
  messages_.erase(found);
}

double Queue::limit() const {
  return spec_.high_throughput ? high_throughput_calls(place_.region) : kFifoCallsPerSecond;
}

}  // namespace opsim::sqs
