// Operations on queues. AWS: SQS API Reference, the operation of the same name.
#include <fmt/format.h>

#include "models/sqs/sqs.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sqs {

namespace {

constexpr Duration kBetweenPurges = std::chrono::seconds{60};  // SQS API, PurgeQueue
constexpr Duration kAfterDeletion = std::chrono::seconds{60};  // SQS API, DeleteQueue

/// "If you delete a queue, you must wait at least 60 seconds before creating a queue with the same
/// name."
bool deleted_recently(const Sqs& sqs, const Place& place, const std::string& name) {
  const auto deleted = sqs.deleted.find({place, name});
  return deleted != sqs.deleted.end() && sqs.cloud.sim().now() - deleted->second < kAfterDeletion;
}

/// "MaxResults ... Value range is 1 to 1000"; without it all that there are, up to 1,000.
ApiResult<Json> page_of(const std::vector<std::string>& urls, const Request& request,
                        const char* member) {
  const auto most = number_in(request.input, "MaxResults", 1'000, 1, 1'000);
  if (!most) return most.error();
  const std::string token = input::text(request.input, "NextToken");
  const auto begin =
      token.empty() ? std::optional<std::int64_t>{0} : input::integer(request.input, "NextToken");
  if (!begin || *begin < 0) return invalid_value("Invalid or expired next token.");
  Json page = Json::array();
  auto at = static_cast<std::size_t>(*begin);
  for (; at < urls.size() && std::ssize(page) < *most; ++at) page.push_back(urls[at]);
  Json answer = Json::object();
  answer[member] = std::move(page);
  const bool asked = !input::member(request.input, "MaxResults").is_null();
  if (at < urls.size() && asked) answer["NextToken"] = std::to_string(at);
  return answer;
}

}  // namespace

// "If you provide the name of an existing queue along with the exact names and values of all the
// queue's attributes, CreateQueue returns the queue URL for the existing queue."
ApiResult<Json> create_queue(Sqs& sqs, const Request& request) {
  const Json& attributes = input::member(request.input, "Attributes");
  if (std::optional<ApiError> unknown = unknown_attribute(attributes)) return *unknown;
  ApiResult<QueueSpec> spec = read_new_queue(input::text(request.input, "QueueName"), attributes);
  if (!spec) return spec.error();
  Queue* existing = sqs.find(request.place(), spec->name);
  if (existing == nullptr) {
    if (deleted_recently(sqs, request.place(), spec->name))
      return ApiError{"AWS.SimpleQueueService.QueueDeletedRecently",
                      "You must wait 60 seconds after deleting a queue before you can create "
                      "another with the same name."};
    if (auto checked = check_redrive(sqs, request.place(), *spec); !checked) return checked.error();
    spec->tags = input::tags(input::member(request.input, "tags"));
    return Json{{"QueueUrl", sqs.add(request.place(), *std::move(spec)).url()}};
  }
  const Json held = attributes_of(*existing);
  for (const auto& [name, value] : attributes.items())
    if (held.contains(name) && input::text(held[name]) != input::text(value))
      return ApiError{"QueueAlreadyExists",
                      fmt::format("A queue already exists with the same name and a different value "
                                  "for attribute {}",
                                  name)};
  return Json{{"QueueUrl", existing->url()}};
}

// SIMPLIFIED: gone at once; AWS takes up to 60 seconds.
ApiResult<Json> delete_queue(Sqs& sqs, const Request& request) {
  const Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  const Place place = queue->place();
  const std::string name = queue->spec().name;
  sqs.queues[place].erase(name);
  sqs.deleted[{place, name}] = sqs.cloud.sim().now();
  return Json::object();
}

ApiResult<Json> get_queue_attributes(Sqs& sqs, const Request& request) {
  const Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  const Json all = attributes_of(*queue);
  Json chosen = Json::object();
  for (const std::string& name : input::texts(request.input, "AttributeNames")) {
    if (name == "All") return Json{{"Attributes", all}};
    if (all.contains(name))
      chosen[name] = all[name];
    else if (!is_attribute(name))
      return ApiError{"InvalidAttributeName", fmt::format("Unknown Attribute {}.", name)};
  }
  return Json{{"Attributes", chosen}};
}

ApiResult<Json> get_queue_url(Sqs& sqs, const Request& request) {
  Place place = request.place();
  const std::string owner = input::text(request.input, "QueueOwnerAWSAccountId");
  if (!owner.empty()) place.account = owner;
  const Queue* queue = sqs.find(place, input::text(request.input, "QueueName"));
  if (queue == nullptr) return no_such_queue();
  return Json{{"QueueUrl", queue->url()}};
}

ApiResult<Json> list_dead_letter_source_queues(Sqs& sqs, const Request& request) {
  const Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  const std::string arn = queue->arn();
  std::vector<std::string> urls;
  for (const auto& [name, other] : sqs.queues[queue->place()])
    if (other->spec().redrive && other->spec().redrive->dead_letter_arn == arn)
      urls.push_back(other->url());
  return page_of(urls, request, "queueUrls");
}

ApiResult<Json> list_queues(Sqs& sqs, const Request& request) {
  const std::string prefix = input::text(request.input, "QueueNamePrefix");
  std::vector<std::string> urls;
  for (const auto& [name, queue] : sqs.queues[request.place()])
    if (name.starts_with(prefix)) urls.push_back(queue->url());
  return page_of(urls, request, "QueueUrls");
}

// SIMPLIFIED: purged at once; AWS takes up to 60 seconds.
ApiResult<Json> purge_queue(Sqs& sqs, const Request& request) {
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  if (queue->last_purge && sqs.cloud.sim().now() - *queue->last_purge < kBetweenPurges)
    return ApiError{"AWS.SimpleQueueService.PurgeQueueInProgress",
                    fmt::format("Only one PurgeQueue operation on {} is allowed every 60 seconds.",
                                queue->spec().name),
                    403};
  queue->purge();
  return Json::object();
}

// SIMPLIFIED: holds at once; AWS takes up to 60 seconds, the retention up to 15 minutes.
ApiResult<Json> set_queue_attributes(Sqs& sqs, const Request& request) {
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  const Json& attributes = input::member(request.input, "Attributes");
  if (std::optional<ApiError> unknown = unknown_attribute(attributes)) return *unknown;
  ApiResult<QueueSpec> spec = read_queue(queue->spec(), attributes);
  if (!spec) return spec.error();
  if (!input::member(attributes, "RedrivePolicy").is_null())
    if (auto checked = check_redrive(sqs, queue->place(), *spec); !checked) return checked.error();
  queue->set_spec(*std::move(spec));
  return Json::object();
}

}  // namespace opsim::sqs
