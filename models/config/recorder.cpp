// The configuration recorder: what changes is written down some time later, then rules look at it.
// AWS: Config Developer Guide, "Working with the configuration recorder", "Recording frequency"
// (continuous or daily); API Reference, PutConfigurationRecorder and its like.
#include <fmt/format.h>

#include <algorithm>

#include "models/config/packs.hpp"
#include "models/config/recorded_types.hpp"

namespace opsim::config {

namespace {

constexpr std::size_t kMostItems = 100;            // kept of a resource; AWS keeps them seven years
constexpr std::size_t kMostResources = 100'000;    // of one recorder: a bound of this simulator
constexpr Duration kDay = std::chrono::hours{24};  // "once every 24-hour period"

bool holds(const std::vector<std::string>& list, std::string_view text) {
  return std::ranges::find(list, text) != list.end();
}

/// recordingGroup: everything, everything but these, or these.
bool records(const Recorder& recorder, std::string_view type) {
  const Json& group = input::member(recorder.given, "recordingGroup");
  if (!group.is_object()) return true;  // "the default is to record all supported resource types"
  const Json& excluded = input::member(group, "exclusionByResourceTypes");
  if (!excluded.is_null()) return !holds(input::texts(excluded, "resourceTypes"), type);
  const std::vector<std::string> only = input::texts(group, "resourceTypes");
  if (input::boolean(group, "allSupported").value_or(only.empty())) return true;
  return holds(only, type);
}

Json item_json(const Place& place, const ResourceKey& key, const Item& item) {
  return {{"resourceType", key.type},
          {"resourceId", key.id},
          {"awsAccountId", place.account},
          {"awsRegion", place.region},
          {"configurationItemVersion", "1.3"},
          {"configurationItemStatus", "OK"},
          {"configurationItemCaptureTime", precise_moment(item.captured)},
          {"configurationStateId", item.state},
          {"configuration", item.configuration}};
}

/// Developer Guide, "Example Configuration Item Change Notification". SIMPLIFIED: what changed is
/// named, without its values before and after.
void tell_item(Config& config, const Place& place, const ResourceKey& key, const Item& item,
               const Json& before) {
  Json changed = Json::object();
  if (before.is_object() && item.configuration.is_object())
    for (const auto& [name, value] : item.configuration.items())
      if (input::member(before, name) != value)
        changed["Configuration." + name] = {{"changeType", "UPDATE"}};
  Json detail{{"recordVersion", "1.3"},
              {"messageType", "ConfigurationItemChangeNotification"},
              {"configurationItemDiff",
               {{"changedProperties", std::move(changed)},
                {"changeType", before.is_null() ? "CREATE" : "UPDATE"}}},
              {"notificationCreationTime", precise_moment(config.cloud.sim().now())},
              {"configurationItem", item_json(place, key, item)}};
  const Resource* resource = config.cloud.resources().find(key.id);
  config.cloud.emit({.source = "aws.config",
                     .detail_type = "Config Configuration Item Change",
                     .place = place,
                     .resources = resource == nullptr || resource->arn.empty()
                                      ? std::vector<std::string>{}
                                      : std::vector<std::string>{resource->arn},
                     .detail = std::move(detail),
                     .line = fmt::format("Config Configuration Item Change of {}", key.id)});
}

void write_item(Config& config, const Place& place, const ResourceKey& key, Json configuration) {
  Recorded& recorded = config.recorders[place].resources[key];
  const Json before = recorded.items.empty() ? Json{} : recorded.items.back().configuration;
  recorded.items.push_back({config.cloud.sim().now(),
                            recorded.items.empty() ? 1 : recorded.items.back().state + 1,
                            std::move(configuration)});
  if (recorded.items.size() > kMostItems) recorded.items.pop_front();
  const Item told = recorded.items.back();
  tell_item(config, place, key, told, before);
}

/// The change is recorded, once for all that changed meanwhile.
void record(Config& config, const Place& place, const ResourceKey& key) {
  Recorder* recorder = config.recording(place, key.type);
  const auto at = config.recorders.find(place);
  if (at != config.recorders.end()) at->second.resources[key].pending = false;
  if (recorder == nullptr) return;
  const RecordedType* type = find_recorded_type(key.type);
  Json configuration = type->look(config.cloud, place, key.id);
  const Recorded& recorded = recorder->resources[key];
  // "If no change has been detected in 24 hours, no data is delivered": nor where all is as it was.
  if (!recorded.items.empty() && recorded.items.back().configuration == configuration) return;
  write_item(config, place, key, std::move(configuration));
  evaluate_change(config, place, key);
}

ApiError no_such_recorder(std::string_view name) {
  return {"NoSuchConfigurationRecorderException",
          fmt::format("Cannot find configuration recorder with the specified name '{}'.", name)};
}

ApiResult<Recorder*> asked_recorder(Config& config, const Request& request) {
  const std::string name = input::text(request.input, "ConfigurationRecorderName");
  const auto found = config.recorders.find(request.place());
  if (found == config.recorders.end() || input::text(found->second.given, "name") != name)
    return no_such_recorder(name);
  return &found->second;
}

ApiResult<void> put(Config& config, const Place& place, Json given) {
  if (input::text(given, "name").empty()) given["name"] = "default";
  if (input::text(given, "roleARN").empty())
    return ApiError{"InvalidRoleException",
                    "You have provided a null or empty Amazon Resource "
                    "Name (ARN) for the IAM role assumed by Config."};
  const auto known = config.recorders.find(place);
  if (known != config.recorders.end() && !known->second.implied &&
      input::text(known->second.given, "name") != input::text(given, "name"))
    return ApiError{"MaxNumberOfConfigurationRecordersExceededException",
                    fmt::format("Failed to put configuration recorder '{}' because the maximum "
                                "number of configuration recorders: 1 is reached.",
                                input::text(given, "name"))};
  Recorder& recorder = config.recorders[place];
  recorder.given = std::move(given);
  recorder.implied = false;
  return {};
}

/// "AWS Config ... first discovers the supported AWS resources that exist".
void start(Config& config, const Place& place, Recorder& recorder) {
  recorder.recording = true;
  for (auto& [key, rule] : config.rules)
    if (key.first == place) begin_evaluations(config, rule);
}

/// {"Name", "RecordingGroup", ...} of a template in the words of the API.
Json in_small_letters(const Json& value) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& one : value) list.push_back(in_small_letters(one));
    return list;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (const auto& [key, one] : value.items()) {
    std::string name = key == "RoleARN" ? "roleARN" : key;
    name[0] = static_cast<char>(name[0] | 0x20);
    object[name] = in_small_letters(one);
  }
  return object;
}

}  // namespace

Recorder* Config::recording(const Place& place, std::string_view type) {
  const auto found = recorders.find(place);
  if (found == recorders.end() || !found->second.recording) return nullptr;
  return records(found->second, type) ? &found->second : nullptr;
}

std::string recording_frequency(const Recorder& recorder, std::string_view type) {
  const Json& mode = input::member(recorder.given, "recordingMode");
  const Json& overrides = input::member(mode, "recordingModeOverrides");
  if (overrides.is_array())
    for (const Json& one : overrides)
      if (holds(input::texts(one, "resourceTypes"), type))
        return input::text(one, "recordingFrequency");
  const std::string usual = input::text(mode, "recordingFrequency");
  return usual.empty() ? "CONTINUOUS" : usual;
}

void on_call(Model& model, const CallRecord& call) {
  Config& config = static_cast<Config&>(model);
  follow_organization(config, call);
  if (config.recorders.empty()) return;
  const std::optional<Changed> changed = changed_by(config.cloud, call);
  if (!changed) return;
  const ResourceKey key{std::string{changed->type->type}, changed->id};
  Recorder* recorder = config.recording(changed->place, key.type);
  if (recorder == nullptr) return;
  if (recorder->resources.size() >= kMostResources && !recorder->resources.contains(key)) return;
  Recorded& recorded = recorder->resources[key];
  if (recorded.pending) return;
  recorded.pending = true;
  Simulation& sim = config.cloud.sim();
  Duration delay = config.records_in.sample_duration(sim.random("config.records." + key.id));
  if (recording_frequency(*recorder, key.type) == "DAILY")
    delay = kDay - (sim.now() - sim.start()) % kDay;
  sim.after(delay, [&config, place = changed->place, key] { record(config, place, key); });
}

ApiResult<Json> put_recorder(Config& config, const Request& request) {
  const Json& given = input::member(request.input, "ConfigurationRecorder");
  const ApiResult<void> done = put(config, request.place(), given);
  if (!done) return done.error();
  return Json::object();
}

ApiResult<Json> start_recorder(Config& config, const Request& request) {
  const ApiResult<Recorder*> recorder = asked_recorder(config, request);
  if (!recorder) return recorder.error();
  if (!config.channels.contains(request.place()))
    return ApiError{"NoAvailableDeliveryChannelException",
                    "Delivery channel is not available to start configuration recorder."};
  start(config, request.place(), **recorder);
  return Json::object();
}

ApiResult<Json> stop_recorder(Config& config, const Request& request) {
  const ApiResult<Recorder*> recorder = asked_recorder(config, request);
  if (!recorder) return recorder.error();
  (*recorder)->recording = false;
  return Json::object();
}

ApiResult<Json> delete_recorder(Config& config, const Request& request) {
  const ApiResult<Recorder*> recorder = asked_recorder(config, request);
  if (!recorder) return recorder.error();
  config.recorders.erase(request.place());
  return Json::object();
}

ApiResult<Json> describe_recorders(Config& config, const Request& request) {
  Json list = Json::array();
  if (const auto found = config.recorders.find(request.place()); found != config.recorders.end())
    list.push_back(found->second.given);
  return Json{{"ConfigurationRecorders", list}};
}

ApiResult<Json> describe_recorder_status(Config& config, const Request& request) {
  Json list = Json::array();
  if (const auto found = config.recorders.find(request.place()); found != config.recorders.end())
    list.push_back({{"name", input::text(found->second.given, "name")},
                    {"recording", found->second.recording},
                    {"lastStatus", found->second.recording ? "SUCCESS" : "PENDING"}});
  return Json{{"ConfigurationRecordersStatus", list}};
}

ApiResult<Json> put_delivery_channel(Config& config, const Request& request) {
  Json given = input::member(request.input, "DeliveryChannel");
  if (input::text(given, "s3BucketName").empty())
    return ApiError{"NoSuchBucketException", "Cannot find a S3 bucket with an empty bucket name."};
  if (!config.recorders.contains(request.place()))
    return ApiError{"NoAvailableConfigurationRecorderException",
                    "Configuration recorder is not available to put delivery channel."};
  if (input::text(given, "name").empty()) given["name"] = "default";
  config.channels[request.place()] = std::move(given);
  return Json::object();
}

ApiResult<Json> describe_delivery_channels(Config& config, const Request& request) {
  Json list = Json::array();
  if (const auto found = config.channels.find(request.place()); found != config.channels.end())
    list.push_back(found->second);
  return Json{{"DeliveryChannels", list}};
}

/// Newest first: "chronologicalOrder: Reverse" is the default.
ApiResult<Json> get_history(Config& config, const Request& request) {
  const ResourceKey key{input::text(request.input, "resourceType"),
                        input::text(request.input, "resourceId")};
  const Recorded* recorded = nullptr;
  if (const auto found = config.recorders.find(request.place()); found != config.recorders.end())
    if (const auto known = found->second.resources.find(key);
        known != found->second.resources.end() && !known->second.items.empty())
      recorded = &known->second;
  if (recorded == nullptr)
    return ApiError{"ResourceNotDiscoveredException",
                    fmt::format("Resource {} of resourceType:{} is unknown or has not been "
                                "discovered",
                                key.id, key.type)};
  Json list = Json::array();
  for (const Item& item : recorded->items)
    list.push_back({{"resourceType", key.type},
                    {"resourceId", key.id},
                    {"accountId", request.place().account},
                    {"awsRegion", request.place().region},
                    {"configurationItemStatus", "OK"},
                    {"configurationItemCaptureTime", precise_moment(item.captured)},
                    {"configurationStateId", std::to_string(item.state)},
                    {"configuration", item.configuration.dump()}});
  if (input::text(request.input, "chronologicalOrder") != "Forward")
    std::reverse(list.begin(), list.end());
  return Json{{"configurationItems", list}};
}

/// A template's recorder records as soon as its delivery channel stands; CloudFormation starts it.
ApiResult<Created> create_recorder(Config& config, const ResourceRequest& request) {
  Json given = in_small_letters(request.properties);
  if (input::text(given, "name").empty()) given["name"] = request.logical_id;
  const std::string name = input::text(given, "name");
  const ApiResult<void> done = put(config, request.place, std::move(given));
  if (!done) return done.error();
  start(config, request.place, config.recorders[request.place]);
  return Created{.physical_id = name};
}

ApiResult<Created> create_channel(Config& config, const ResourceRequest& request) {
  Json given = in_small_letters(request.properties);
  if (input::text(given, "name").empty()) given["name"] = request.logical_id;
  const std::string name = input::text(given, "name");
  config.channels[request.place] = std::move(given);
  return Created{.physical_id = name};
}

}  // namespace opsim::config
