#include "models/sqs/fifo.hpp"

namespace opsim::sqs {

const Sent* FifoOrder::duplicate(const std::string& key, SimTime now) {
  while (!sent_order_.empty() && sent_order_.front().first + kDeduplicationInterval <= now) {
    sent_.erase(sent_order_.front().second);
    sent_order_.pop_front();
  }
  const auto found = sent_.find(key);
  return found == sent_.end() ? nullptr : &found->second;
}

void FifoOrder::remember(const std::string& key, Sent sent, SimTime now) {
  if (sent_.emplace(key, std::move(sent)).second) sent_order_.emplace_back(now, key);
}

void FifoOrder::release(const std::string& group) {
  const auto found = in_flight_.find(group);
  if (found != in_flight_.end() && --found->second == 0) in_flight_.erase(found);
}

}  // namespace opsim::sqs
