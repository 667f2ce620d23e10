// How many requests a prefix takes in a second.
// AWS: S3 User Guide, "Best practices design patterns: optimizing Amazon S3 performance": "at least
// 3,500 PUT/COPY/POST/DELETE or 5,500 GET/HEAD requests per second per partitioned Amazon S3
// prefix"; beyond that 503 SlowDown. SIMPLIFIED: a prefix is what stands before the first slash of
// a key, and has its own partition at once; AWS makes partitions gradually, and answers 503
// meanwhile.
#include "models/s3/s3.hpp"

namespace opsim::s3 {

namespace {

constexpr std::int64_t kWritesASecond = 3'500;
constexpr std::int64_t kReadsASecond = 5'500;

}  // namespace

std::optional<ApiError> too_fast(S3& s3, const Request& request, Pace pace) {
  Bucket* const bucket = s3.asked_for(request);
  if (bucket == nullptr) return std::nullopt;
  RequestRates& rates = bucket->rates;
  const SimTime second = std::chrono::floor<std::chrono::seconds>(s3.cloud.sim().now());
  if (second != rates.second) rates = {.second = second, .by_prefix = {}};
  const std::string key = input::text(request.input, "Key");
  const auto slash = key.find('/');
  PrefixRate& rate = rates.by_prefix[slash == key.npos ? "" : key.substr(0, slash)];
  std::int64_t& count = pace == Pace::write ? rate.writes : rate.reads;
  if (++count <= (pace == Pace::write ? kWritesASecond : kReadsASecond)) return std::nullopt;
  return ApiError{"SlowDown", "Please reduce your request rate.", 503};
}

}  // namespace opsim::s3
