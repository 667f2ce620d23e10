#include "models/sqs/fifo.hpp"

namespace opsim::sqs {

void FifoOrder::release(const std::string& group) {
  const auto found = in_flight_.find(group);
  if (found != in_flight_.end() && --found->second == 0) in_flight_.erase(found);
}

}  // namespace opsim::sqs
