#pragma once
/// How many calls a FIFO queue takes.
/// AWS: SQS Developer Guide, "Amazon SQS message quotas": 300 calls a second for each of sending,
/// receiving and deleting (3,000 messages in batches of ten); in high throughput mode by Region.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "opsim/kernel/time.hpp"

namespace opsim::sqs {

enum class Api : std::uint8_t { remove, receive, send };

inline constexpr double kFifoCallsPerSecond = 300;
/// "transactions per second, per API method", unbatched.
constexpr double high_throughput_calls(std::string_view region) {
  if (region == "us-east-1" || region == "us-west-2" || region == "eu-west-1") return 70'000;
  if (region == "us-east-2" || region == "eu-central-1") return 19'000;
  if (region == "ap-south-1" || region == "ap-southeast-1" || region == "ap-southeast-2" ||
      region == "ap-northeast-1")
    return 9'000;
  if (region == "eu-west-2" || region == "sa-east-1") return 4'500;
  return 2'400;
}

/// SIMPLIFIED: a bucket that holds one second's worth; AWS does not say how it counts.
class Throughput {
 public:
  bool take(Api api, double per_second, SimTime now) {
    Bucket& bucket = buckets_[static_cast<std::size_t>(api)];
    const double seconds = static_cast<double>((now - bucket.at).count()) / 1e9;
    bucket.used = std::max(0.0, bucket.used - seconds * per_second);
    bucket.at = now;
    if (bucket.used + 1 > per_second) return false;
    bucket.used += 1;
    return true;
  }

 private:
  struct Bucket {
    double used = 0;
    SimTime at{};
  };
  std::array<Bucket, 3> buckets_{};
};

}  // namespace opsim::sqs
