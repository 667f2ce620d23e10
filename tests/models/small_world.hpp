#pragma once
/// A world of a few services for tests of models: calls run to their end, stacks are one line.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::tests {

struct SmallWorld {
  explicit SmallWorld(Catalog catalog, Seed seed = Seed{1})
      : sim{*parse_iso8601("2026-03-02T09:00:00Z"), seed},
        journal{sim, Level::everything},
        cloud{sim, journal, catalog, Place{"123456789012", "us-east-1"}} {}

  /// The call as a user makes it, run until it is answered.
  ApiResult<Json> call(std::string service, std::string operation, Json input = Json::object()) {
    return finish(cloud.call(user(), std::move(service), std::move(operation), std::move(input)));
  }
  /// Its answer; fails the test when it is refused.
  Json must(std::string service, std::string operation, Json input = Json::object()) {
    ApiResult<Json> answer = call(service, operation, std::move(input));
    if (!answer)
      FAIL(service << ":" << operation << ": " << answer.error().code << ": "
                   << answer.error().message);
    return answer ? *answer : Json{};
  }
  /// "" when it was answered, else AWS's code.
  std::string refusal(std::string service, std::string operation, Json input = Json::object()) {
    ApiResult<Json> answer = call(std::move(service), std::move(operation), std::move(input));
    return answer ? "" : answer.error().code;
  }
  ApiResult<Json> deliver(std::string_view arn, std::string text, Json parameters = {},
                          std::string from = {}) {
    Delivery delivery{{cloud.home(), "events.amazonaws.com", ""},
                      *Arn::parse(arn),
                      std::move(text),
                      std::move(parameters),
                      std::move(from)};
    return finish(cloud.deliver(std::move(delivery)));
  }
  /// Anybody may hand something to the queue, topic or function, as its policy says.
  void let_everybody_in(const std::string& arn) {
    const Arn target = *Arn::parse(arn);
    const std::string name = target.resource.substr(target.resource.rfind(':') + 1);
    const Json policy{{"Statement",
                       {{{"Effect", "Allow"},
                         {"Principal", "*"},
                         {"Action", target.service + ":*"},
                         {"Resource", arn}}}}};
    if (target.service == "sqs")
      must("sqs", "SetQueueAttributes",
           {{"QueueUrl",
             "https://sqs." + target.region + ".amazonaws.com/" + target.account + "/" + name},
            {"Attributes", {{"Policy", policy.dump()}}}});
    if (target.service == "sns")
      must("sns", "SetTopicAttributes",
           {{"TopicArn", arn}, {"AttributeName", "Policy"}, {"AttributeValue", policy.dump()}});
    if (target.service == "lambda")
      must("lambda", "AddPermission",
           {{"FunctionName", name},
            {"StatementId", "everybody"},
            {"Action", "lambda:InvokeFunction"},
            {"Principal", "*"}});
  }
  /// A resource as a template would make it; its physical id.
  std::string make(std::string_view type, std::string logical_id, const Json& properties) {
    for (const Service* service : cloud.catalog()) {
      const auto row = std::ranges::find(service->resources, type, &ResourceType::type);
      if (row == service->resources.end()) continue;
      const Json resource{{"Type", type}, {"Properties", properties}};
      const ResourceRequest request{cloud,      cloud.home(), "stack",        logical_id, row->type,
                                    properties, resource,     "stack.yaml:1", Node{}};
      ApiResult<Created> made = row->create(*cloud.model(service->name), request);
      if (!made)
        FAIL(type << " " << logical_id << ": " << made.error().code << ": "
                  << made.error().message);
      cloud.resources().add({.logical_id = logical_id,
                             .type = std::string{type},
                             .physical_id = made->physical_id,
                             .arn = made->arn,
                             .place = cloud.home(),
                             .stack = "stack",
                             .source = "stack.yaml:1",
                             .attributes = made->attributes});
      return made->physical_id;
    }
    FAIL("no service makes " << type);
    return {};
  }
  void run_for(Duration duration) { sim.run_until(sim.now() + duration); }
  [[nodiscard]] Duration elapsed() const { return sim.now() - sim.start(); }

  /// "+0:05:00 page-1: primary paged by sms", one for each entry of these kinds.
  [[nodiscard]] std::vector<std::string> told(std::initializer_list<EntryKind> kinds) const {
    std::vector<std::string> lines;
    for (const JournalEntry& entry : journal.entries())
      if (std::ranges::find(kinds, entry.kind) != kinds.end())
        lines.push_back(fmt::format("+{} {}: {}", clock_text(entry.at - sim.start()), entry.subject,
                                    entry.text));
    return lines;
  }
  [[nodiscard]] Caller user() const {
    return {cloud.home(), "arn:aws:iam::123456789012:user/ann", ""};
  }

  template <class T>
  T finish(Process<T> process) {
    std::optional<T> result;
    sim.spawn(opsim::detail::keep_result(std::move(process), result));
    while (!result && sim.run_one()) {
    }
    REQUIRE(result.has_value());
    return *std::move(result);
  }

  Simulation sim;
  Journal journal;
  Cloud cloud;
};

}  // namespace opsim::tests
