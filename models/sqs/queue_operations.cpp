// Operations on queues. AWS: SQS API Reference, the operation of the same name.
#include <fmt/format.h>

#include "models/sqs/sqs.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sqs {

namespace {

constexpr Duration kBetweenPurges = std::chrono::seconds{60};  // SQS API, PurgeQueue

}  // namespace

// "If you provide the name of an existing queue along with the exact names and values of all the
// queue's attributes, CreateQueue returns the queue URL for the existing queue."
ApiResult<Json> create_queue(Sqs& sqs, const Request& request) {
  const Json& attributes = input::member(request.input, "Attributes");
  ApiResult<QueueSpec> spec = read_new_queue(input::text(request.input, "QueueName"), attributes);
  if (!spec) return spec.error();
  Queue* existing = sqs.find(request.place(), spec->name);
  if (existing == nullptr)
    return Json{{"QueueUrl", sqs.add(request.place(), *std::move(spec)).url()}};
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
  return Json::object();
}

ApiResult<Json> get_queue_attributes(Sqs& sqs, const Request& request) {
  const Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  const Json all = attributes_of(*queue);
  Json chosen = Json::object();
  for (const std::string& name : input::texts(request.input, "AttributeNames")) {
    if (name == "All") return Json{{"Attributes", all}};
    if (all.contains(name)) chosen[name] = all[name];
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
  Json urls = Json::array();
  for (const auto& [name, other] : sqs.queues[queue->place()])
    if (other->spec().redrive && other->spec().redrive->dead_letter_arn == arn)
      urls.push_back(other->url());
  return Json{{"queueUrls", urls}};
}

// SIMPLIFIED: all in one page.
ApiResult<Json> list_queues(Sqs& sqs, const Request& request) {
  const std::string prefix = input::text(request.input, "QueueNamePrefix");
  Json urls = Json::array();
  for (const auto& [name, queue] : sqs.queues[request.place()])
    if (name.starts_with(prefix)) urls.push_back(queue->url());
  return Json{{"QueueUrls", urls}};
}

// SIMPLIFIED: purged at once; AWS takes up to 60 seconds.
ApiResult<Json> purge_queue(Sqs& sqs, const Request& request) {
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  if (queue->last_purge && sqs.cloud.sim().now() - *queue->last_purge < kBetweenPurges)
    return ApiError{"AWS.SimpleQueueService.PurgeQueueInProgress",
                    fmt::format("Only one PurgeQueue operation on {} is allowed every 60 seconds.",
                                queue->spec().name)};
  queue->purge();
  return Json::object();
}

// SIMPLIFIED: holds at once; AWS takes up to 60 seconds, the retention up to 15 minutes.
ApiResult<Json> set_queue_attributes(Sqs& sqs, const Request& request) {
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  ApiResult<QueueSpec> spec = read_queue(queue->spec(), input::member(request.input, "Attributes"));
  if (!spec) return spec.error();
  queue->set_spec(*std::move(spec));
  return Json::object();
}

}  // namespace opsim::sqs
