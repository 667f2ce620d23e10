#pragma once
/// What FIFO queues and FIFO topics share: no message counts twice within five minutes.
/// AWS: SQS Developer Guide, "Exactly-once processing"; SNS Developer Guide, "Message deduplication
/// for FIFO topics".
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "opsim/kernel/time.hpp"

namespace opsim {

/// What the sender was told.
struct SentMessage {
  std::string message_id;
  std::string sequence_number;  // "" outside of FIFO queues and topics
};

class Deduplication {
 public:
  /// "... within the 5-minute deduplication interval ... are accepted ... but not delivered".
  static constexpr Duration kInterval = std::chrono::minutes{5};

  /// The message that was sent with this ID, while that interval lasts.
  [[nodiscard]] const SentMessage* duplicate(const std::string& key, SimTime now);
  void remember(const std::string& key, SentMessage sent, SimTime now);

 private:
  std::map<std::string, SentMessage> sent_;
  std::deque<std::pair<SimTime, std::string>> order_;  // of sent_, oldest first
};

/// Of a message that brings no ID, where ContentBasedDeduplication is on: SHA-256 of its body.
[[nodiscard]] std::string content_deduplication_id(std::string_view body);

}  // namespace opsim
