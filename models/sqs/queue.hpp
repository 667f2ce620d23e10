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
#include "models/sqs/queue_spec.hpp"
#include "models/sqs/throughput.hpp"
#include "opsim/cloud/deduplication.hpp"
#include "opsim/cloud/metrics.hpp"
#include "opsim/cloud/place.hpp"
#include "opsim/json.hpp"
#include "opsim/kernel/process.hpp"
#include "opsim/kernel/signal.hpp"

namespace opsim::sqs {

struct Message {
  std::string id;
  std::string body;
  Json attributes = Json::object();  // MessageAttributes, as sent
  std::string sender;
  SimTime sent{};                      // counts for retention
  std::optional<SimTime> sent_before;  // of a dead letter of a standard queue: keeps its time
  SimTime arrived{};                   // in this queue: counts for its age
  std::optional<SimTime> first_received;
  std::int64_t receive_count = 0;
  std::string receipt_handle;    // of the last receive
  std::string group;             // MessageGroupId
  std::string deduplication_id;  // "" in a standard queue
  std::string sequence_number;   // likewise
  std::string from;              // ARN of the queue that gave it up, in a dead-letter queue
};

/// Whether a message may be deleted, or hidden for another while, by a handle.
enum class Handle : std::uint8_t { unknown, expired, valid };

class Queue {
 public:
  /// SQS Developer Guide, quotas: in-flight messages of a queue of either kind (FIFO queues had
  /// 20,000 until November 2024).
  static constexpr std::size_t kMostInFlight = 120'000;

  Queue(Simulation& sim, Metrics& metrics, Place place, QueueSpec spec);
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  ~Queue();

  [[nodiscard]] const QueueSpec& spec() const noexcept { return spec_; }
  void set_spec(QueueSpec spec);
  [[nodiscard]] const Place& place() const noexcept { return place_; }
  [[nodiscard]] std::string arn() const;
  [[nodiscard]] std::string url() const;
  [[nodiscard]] SimTime created() const noexcept { return created_; }
  [[nodiscard]] SimTime modified() const noexcept { return modified_; }

  /// Visible after `delay`. A duplicate in a FIFO queue is not kept: the answer is the first one's.
  SentMessage send(Message message, Duration delay);
  /// A dead letter, which counts as no message sent.
  void take_in(Message message);
  /// The next visible message, now in flight for `visibility`; nothing when none is visible. One
  /// that was received max_receive_count times is moved to `exhausted` instead. `groups` are those
  /// of the messages that the same call received before: of these it may have more.
  std::optional<Message> receive(Duration visibility, std::vector<Message>& exhausted,
                                 std::vector<std::string>& groups);
  /// What those handles received is hidden for another `visibility`; nothing where one of them was
  /// deleted, shown or received again since.
  std::optional<std::vector<Message>> receive_again(const std::vector<std::string>& handles,
                                                    Duration visibility);
  /// Counts a ReceiveMessage that found nothing.
  void count_empty_receive() { count("NumberOfEmptyReceives"); }
  /// The oldest visible message leaves the queue, whatever its group: for moving it elsewhere.
  std::optional<Message> take_oldest();
  [[nodiscard]] Handle judge(const std::string& receipt_handle) const;
  void remove(const std::string& receipt_handle);
  /// False when the message is not in flight any more.
  bool change_visibility(const std::string& receipt_handle, Duration visibility);
  /// Whether its message is in the queue, in flight or not.
  [[nodiscard]] bool holds(const std::string& receipt_handle) const {
    return find(receipt_handle) != nullptr;
  }
  /// When the message in flight was received; nothing where it is not.
  [[nodiscard]] std::optional<SimTime> received(const std::string& receipt_handle) const;
  void purge();

  [[nodiscard]] std::size_t visible() const noexcept { return ready_.size(); }
  [[nodiscard]] std::size_t in_flight() const noexcept { return hidden_.size() - delayed_; }
  [[nodiscard]] std::size_t delayed() const noexcept { return delayed_; }
  /// A message became visible.
  [[nodiscard]] Signal& arrived() noexcept { return arrived_; }
  /// One more call, or delivery, of a FIFO queue; false where it comes too soon.
  bool take_turn(Api api) { return !spec_.fifo || throughput_.take(api, limit(), sim_.now()); }

  std::optional<SimTime> last_purge;
  /// ReceiveRequestAttemptId of FIFO queues: what it received, and when.
  std::map<std::string, std::pair<SimTime, std::vector<std::string>>> attempts;

 private:
  using Number = std::uint64_t;  // order of sending
  struct Held {
    Message message;
    Number turn = 0;  // the order of receiving
    std::optional<SimTime> hidden_until;
    SimTime received{};
    bool delayed = false;
  };
  using Turn = std::pair<Number, Number>;  // turn, number
  void keep(Message message, Duration delay);
  void hide(Number number, Duration how_long, bool delayed);
  void show(Number number, Held& held);
  void show_due();
  [[nodiscard]] std::optional<Number> next_ready(const std::vector<std::string>& groups) const;
  [[nodiscard]] const Held* find(const std::string& receipt_handle) const;
  /// The message is hidden no more: its group may go on.
  void release(const Held& held);
  void drop_expired();
  void erase(Number number);
  [[nodiscard]] double limit() const;
  void count(std::string_view metric, double value = 1);
  void publish_depth();
  [[nodiscard]] std::optional<SimTime> oldest() const;

  Simulation& sim_;
  Metrics& metrics_;
  Place place_;
  QueueSpec spec_;
  SimTime created_;
  SimTime modified_;
  Number last_number_ = 0;
  Number last_turn_ = 0;
  std::map<Number, Held> messages_;
  std::set<Turn> ready_;
  std::set<std::pair<SimTime, Number>> hidden_;
  std::set<std::pair<SimTime, Number>> by_sending_;  // for retention
  std::set<Number> ageing_;                          // no poison pills: for the age
  std::size_t delayed_ = 0;
  FifoOrder order_;
  Deduplication sent_of_late_;
  Throughput throughput_;
  Ticket next_show_;
  Signal arrived_;
  std::vector<SourceId> depth_;  // in the order of kDepths; empty until the first message
};

}  // namespace opsim::sqs
