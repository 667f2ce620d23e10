#include "models/kinesis/service.hpp"

#include <algorithm>

#include "models/kinesis/kinesis.hpp"
#include "opsim/document/shape.hpp"

namespace opsim {

namespace {

using kinesis::Kinesis;

template <ApiResult<Json> (*Handle)(Kinesis&, const Request&)>
constexpr auto on_kinesis = immediate<Kinesis, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"CreateStream", Access::write, on_kinesis<kinesis::create_stream>},
    {"DeleteStream", Access::write, on_kinesis<kinesis::delete_stream>},
    {"DescribeStream", Access::read, on_kinesis<kinesis::describe_stream>},
    {"DescribeStreamSummary", Access::read, on_kinesis<kinesis::describe_stream_summary>},
    {"GetRecords", Access::read, on_kinesis<kinesis::get_records>},
    {"GetShardIterator", Access::read, on_kinesis<kinesis::get_shard_iterator>},
    {"ListStreams", Access::read, on_kinesis<kinesis::list_streams>},
    {"PutRecord", Access::write, on_kinesis<kinesis::put_record>},
    {"PutRecords", Access::write, on_kinesis<kinesis::put_records>},
    {.name = "RegisterStreamConsumer", .not_simulated = "enhanced fan-out"},
    {"UpdateShardCount", Access::write, on_kinesis<kinesis::update_shard_count>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kShards{.kind = Kind::integer, .min = 1, .max = 1'000};
constexpr Shape kHours{.kind = Kind::integer, .min = 24, .max = 8'760};
constexpr Field kStreamFields[] = {
    {.name = "Name", .shape = &kText},
    {.name = "RetentionPeriodHours", .shape = &kHours},
    {.name = "ShardCount", .shape = &kShards},
    {.name = "StreamEncryption", .simulated = Simulated::no},
    {.name = "StreamModeDetails"},
    {.name = "Tags"},
};
constexpr Shape kStream{.kind = Kind::mapping, .fields = kStreamFields};
constexpr ResourceType kResources[] = {
    {"AWS::Kinesis::Stream", create<Kinesis, kinesis::create_stream_resource>, &kStream},
};
constexpr DeliveryTarget kTargets[] = {
    {"kinesis", "stream/", deliver<Kinesis, kinesis::take_delivery>}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "records by partition key, 1 MB and 1,000 records a second and shard, "
     "resharding to half or double",
     "Kinesis Data Streams Developer Guide, service-sizes-and-limits; API Reference, "
     "UpdateShardCount"},
    {Grade::simulated, "targets of rules and pipes; IncomingRecords, IncomingBytes, throttles",
     "Kinesis Data Streams Developer Guide, monitoring-with-cloudwatch"},
    {Grade::simulated, "ProvisionedThroughputExceeded and ExpiredIterator by AWS FIS, by chance",
     "fis/userguide: fis-actions-reference"},
    {Grade::simplified,
     "at most 10,000 records of a shard are kept; the hash of a key is cut to 32 "
     "bits; on-demand streams take whatever comes"},
    {Grade::absent, "consumers, enhanced fan-out, read limits, encryption"},
};

}  // namespace

extern const Service kKinesis{
    .name = "kinesis",
    .title = "Amazon Kinesis Data Streams",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Kinesis>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .targets = kTargets,
    .quantities = kinesis::kQuantities,
    .fidelity = kFidelity,
};

}  // namespace opsim
