// Storage metrics: once a day, as AWS/S3 has them.
// AWS: S3 User Guide, "Amazon S3 daily storage metrics for buckets in CloudWatch".
#include "models/s3/s3.hpp"

namespace opsim::s3 {

void publish_storage(S3& s3, Bucket& bucket) {
  Metrics& metrics = s3.cloud.metrics();
  const SimTime now = s3.cloud.sim().now();
  const Sampling daily{.every = std::chrono::hours{24}, .unit = "Bytes"};
  const auto tell = [&](std::optional<SourceId>& source, std::string name, std::string storage,
                        std::string unit, std::int64_t level) {
    const Waveform waveform{.from = now, .level = static_cast<double>(level)};
    if (source) return metrics.change(*source, waveform);
    Sampling sampling = daily;
    sampling.unit = std::move(unit);
    const SeriesId series =
        metrics.intern({bucket.place,
                        "AWS/S3",
                        std::move(name),
                        {{"BucketName", bucket.name}, {"StorageType", std::move(storage)}}});
    source = metrics.publish(series, waveform, sampling);
  };
  tell(bucket.size_metric, "BucketSizeBytes", "StandardStorage", "Bytes",
       bucket.base_bytes + bucket.bytes);
  tell(bucket.count_metric, "NumberOfObjects", "AllStorageTypes", "Count",
       bucket.base_objects + bucket.versions);
}

}  // namespace opsim::s3
