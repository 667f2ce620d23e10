#pragma once
/// One queue: what is visible, what is in flight, what is delayed; in a FIFO queue, in which order.
///
/// SIMPLIFIED: a message of a standard queue is received once per visibility timeout and in the
/// order of sending; AWS promises at-least-once and best-effort order (SQS Developer Guide,
/// standard-queues).
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/sqs/fifo.hpp"
#include "opsim/cloud/deduplication.hpp"
#include "opsim/cloud/metrics.hpp"
#include "opsim/cloud/place.hpp"
#include "opsim/json.hpp"
#include "opsim/kernel/process.hpp"
#include "opsim/kernel/signal.hpp"

namespace opsim::sqs {

/// Where messages go that were received too often (SQS API: RedrivePolicy).
struct Redrive {
  std::string dead_letter_arn;
  std::int64_t max_receive_count = 10;  // SQS API: default 10
};

/// What CreateQueue and AWS::SQS::Queue say. Defaults and ranges: SQS API, CreateQueue.
struct QueueSpec {
  std::string name;
  std::int64_t visibility_seconds = 30;        // 0 to 43,200
  std::int64_t delay_seconds = 0;              // 0 to 900
  std::int64_t retention_seconds = 345'600;    // 60 to 1,209,600
  std::int64_t receive_wait_seconds = 0;       // 0 to 20
  std::int64_t max_message_bytes = 1'048'576;  // 1,024 to 1,048,576
  std::optional<Redrive> redrive;
  bool fifo = false;
  bool content_based_deduplication = false;
  bool deduplicates_by_group = false;         // DeduplicationScope: messageGroup
  std::map<std::string, std::string> others;  // attributes that are kept and do nothing here
};

struct Message {
  std::string id;
  std::string body;
  Json attributes = Json::object();  // MessageAttributes, as sent
  std::string sender;
  SimTime sent{};
  std::optional<SimTime> first_received;
  std::int64_t receive_count = 0;
  std::string receipt_handle;    // of the last receive
  std::string group;             // MessageGroupId
  std::string deduplication_id;  // "" in a standard queue
  std::string sequence_number;   // likewise
  std::string from;              // ARN of the queue that gave it up, in a dead-letter queue
};

class Queue {
 public:
  /// SQS Developer Guide, quotas: in-flight messages of a queue of either kind.
  static constexpr std::size_t kMostInFlight = 120'000;

  Queue(Simulation& sim, Metrics& metrics, Place place, QueueSpec spec);
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  ~Queue();

  [[nodiscard]] const QueueSpec& spec() const noexcept { return spec_; }
  void set_spec(QueueSpec spec) { spec_ = std::move(spec); }
  [[nodiscard]] const Place& place() const noexcept { return place_; }
  [[nodiscard]] std::string arn() const;
  [[nodiscard]] std::string url() const;
  [[nodiscard]] SimTime created() const noexcept { return created_; }

  /// Visible after `delay`. A duplicate in a FIFO queue is not kept: the answer is the first one's.
  SentMessage send(Message message, Duration delay);
  /// The next visible message, now in flight for `visibility`; nothing when none is visible. One
  /// that was received max_receive_count times is moved to `exhausted` instead. `groups` are those
  /// of the messages that the same call received before: of these it may have more.
  std::optional<Message> receive(Duration visibility, std::vector<Message>& exhausted,
                                 std::vector<std::string>& groups);
  /// The oldest visible message leaves the queue, whatever its group: for moving it elsewhere.
  std::optional<Message> take_oldest();
  /// False for a handle that this queue never gave.
  bool knows(const std::string& receipt_handle) const;
  void remove(const std::string& receipt_handle);
  /// False when the message is not in flight any more.
  bool change_visibility(const std::string& receipt_handle, Duration visibility);
  void purge();

  [[nodiscard]] std::size_t visible() const noexcept { return ready_.size(); }
  [[nodiscard]] std::size_t in_flight() const noexcept { return hidden_.size() - delayed_; }
  [[nodiscard]] std::size_t delayed() const noexcept { return delayed_; }
  /// A message became visible.
  [[nodiscard]] Signal& arrived() noexcept { return arrived_; }
  std::optional<SimTime> last_purge;

 private:
  using Number = std::uint64_t;  // order of sending
  struct Held {
    Message message;
    std::optional<SimTime> hidden_until;
    bool delayed = false;
  };
  void hide(Number number, Duration how_long, bool delayed);
  void show_due();
  [[nodiscard]] std::optional<Number> next_ready(const std::vector<std::string>& groups) const;
  /// The message is hidden no more: its group may go on.
  void release(const Held& held);
  void drop_expired();
  void erase(Number number);
  void count(std::string_view metric);
  void publish_depth();

  Simulation& sim_;
  Metrics& metrics_;
  Place place_;
  QueueSpec spec_;
  SimTime created_;
  Number last_number_ = 0;
  std::map<Number, Held> messages_;
  std::set<Number> ready_;
  std::set<std::pair<SimTime, Number>> hidden_;
  std::size_t delayed_ = 0;
  FifoOrder order_;
  Deduplication sent_of_late_;
  Ticket next_show_;
  Signal arrived_;
  std::vector<SourceId> depth_;  // visible, in flight, age; empty until the first message
};

}  // namespace opsim::sqs
