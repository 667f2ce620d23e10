// Errors that an experiment puts on the calls to a stream.
// AWS: FIS User Guide, fis-actions-reference, "Amazon Kinesis Data Streams actions":
// ProvisionedThroughputExceededException for GetRecords, GetShardIterator, PutRecord and
// PutRecords; ExpiredIteratorException for GetRecords.
#include <fmt/format.h>

#include <algorithm>

#include "models/kinesis/kinesis.hpp"

namespace opsim::kinesis {

namespace {

Stream* stream_named(Model& model, std::string_view name) {
  auto& streams = static_cast<Kinesis&>(model).streams;
  const auto found =
      std::ranges::find_if(streams, [&](const auto& one) { return one.first.second == name; });
  return found == streams.end() ? nullptr : &found->second;
}

template <double Stream::*Share>
std::optional<double> read_share(Model& model, std::string_view name, std::string_view /*part*/) {
  const Stream* stream = stream_named(model, name);
  return stream == nullptr ? std::nullopt : std::optional{stream->*Share};
}
template <double Stream::*Share>
void change_share(Model& model, std::string_view name, std::string_view /*part*/, Change change) {
  Stream* stream = stream_named(model, name);
  if (stream == nullptr) return;
  const double before = change.how == Change::How::by ? stream->*Share : 0;
  stream->*Share = std::clamp(before + change.value, 0.0, 100.0);
}

constexpr std::string_view kStream = "AWS::Kinesis::Stream";
constexpr PhysicalQuantity kRows[] = {
    {kStream, "expired iterators", "%", read_share<&Stream::expired_percent>,
     change_share<&Stream::expired_percent>},
    {kStream, "throttled calls", "%", read_share<&Stream::throttled_percent>,
     change_share<&Stream::throttled_percent>},
};

bool is_hit(Kinesis& kinesis, const Stream& stream, double percent) {
  if (percent <= 0) return false;
  return kinesis.cloud.sim().random("kinesis.errors " + stream.name).chance(percent / 100);
}

}  // namespace

const std::span<const PhysicalQuantity> kQuantities = kRows;

std::optional<ApiError> injected_error(Kinesis& kinesis, const Stream& stream, bool reads_records) {
  if (is_hit(kinesis, stream, stream.throttled_percent))
    return ApiError{"ProvisionedThroughputExceededException",
                    fmt::format("Rate exceeded for stream {} under account {}.", stream.name,
                                stream.place.account)};
  if (reads_records && is_hit(kinesis, stream, stream.expired_percent))
    return ApiError{"ExpiredIteratorException", "Iterator expired."};
  return std::nullopt;
}

}  // namespace opsim::kinesis
