#pragma once
/// Which message groups of a FIFO queue wait for a message in flight.
/// AWS: SQS Developer Guide, "FIFO queue delivery logic".
#include <cstddef>
#include <map>
#include <string>

namespace opsim::sqs {

class FifoOrder {
 public:
  /// One more, and one fewer, message of the group is in flight.
  void hold(const std::string& group) { ++in_flight_[group]; }
  void release(const std::string& group);
  /// "No more messages for the same message group ID are returned unless you delete the message or
  /// it becomes visible."
  [[nodiscard]] bool is_held(const std::string& group) const { return in_flight_.contains(group); }
  void release_all() { in_flight_.clear(); }
  [[nodiscard]] std::size_t groups_in_flight() const { return in_flight_.size(); }

 private:
  std::map<std::string, std::size_t> in_flight_;  // by group; none with zero
};

}  // namespace opsim::sqs
