#pragma once
/// What a FIFO queue knows beyond a standard one: which message groups wait for a message in
/// flight, and what was sent of late.
/// AWS: SQS Developer Guide, "FIFO queue delivery logic" and "Exactly-once processing".
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "opsim/kernel/time.hpp"

namespace opsim::sqs {

/// What SendMessage answers.
struct Sent {
  std::string message_id;
  std::string sequence_number;  // "" in a standard queue
};

class FifoOrder {
 public:
  /// "... within the 5-minute deduplication interval ... are accepted ... but not delivered".
  static constexpr Duration kDeduplicationInterval = std::chrono::minutes{5};

  /// The message that was sent with this deduplication ID, while that interval lasts.
  [[nodiscard]] const Sent* duplicate(const std::string& key, SimTime now);
  void remember(const std::string& key, Sent sent, SimTime now);

  /// One more, and one fewer, message of the group is in flight.
  void hold(const std::string& group) { ++in_flight_[group]; }
  void release(const std::string& group);
  /// "No more messages for the same message group ID are returned unless you delete the message or
  /// it becomes visible."
  [[nodiscard]] bool is_held(const std::string& group) const { return in_flight_.contains(group); }
  void release_all() { in_flight_.clear(); }

 private:
  std::map<std::string, std::size_t> in_flight_;            // by group; none with zero
  std::map<std::string, Sent> sent_;                        // by deduplication ID
  std::deque<std::pair<SimTime, std::string>> sent_order_;  // of sent_, oldest first
};

}  // namespace opsim::sqs
