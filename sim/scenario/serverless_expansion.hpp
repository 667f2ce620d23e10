#pragma once
/// What the parts of SAM's expansion share. One file a kind of resource: serverless_function.cpp,
/// serverless_machine.cpp, serverless_api.cpp, serverless_events.cpp, serverless_role.cpp.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/document/draft.hpp"
#include "sim/scenario/serverless.hpp"

namespace opsim {

/// A resource of AWS::Serverless::*, its Globals merged in.
struct ServerlessResource {
  std::string id;
  std::string_view type;  // "Function"
  Node text;              // as written
  Node properties;        // with Globals
};

/// One event of a function or a state machine.
struct ServerlessEvent {
  const ServerlessResource& owner;
  std::string name;       // as written
  std::string type;       // "Schedule"
  Node text;              //
  Node properties;        //
  Draft target_arn;       // of the function or machine
  Draft invoked;          // what a permission names: the function or its alias
  std::string role = {};  // a state machine's event has a role of its own: its logical id
  [[nodiscard]] std::string id() const { return owner.id + name; }
};

/// A path of an API that a function answers.
struct ServerlessRoute {
  std::string api;  // logical id
  std::string path;
  std::string method;
  std::string function;
  Node at;
};

class ServerlessExpansion {
 public:
  ServerlessExpansion(const Node& root, const NestedTemplates& find, Diagnostics& diagnostics,
                      NotSimulated& not_simulated)
      : root_{root}, find_{find}, diagnostics_{diagnostics}, not_simulated_{not_simulated} {}

  [[nodiscard]] Document expand();

 private:
  // serverless.cpp: the template as a whole
  void expand_resources();
  bool expand_resource(const ServerlessResource& resource);
  [[nodiscard]] ServerlessResource resource_of(std::string_view id, const Node& text) const;
  void add_bucket_notifications();
  void rename(Draft& draft) const;
  [[nodiscard]] std::string renamed(std::string text) const;
  // serverless_function.cpp
  void expand_function(const ServerlessResource& resource);
  void add_alias(const ServerlessResource& resource, const std::string& alias);
  void add_invoke_config(const ServerlessResource& resource, const std::string& alias);
  void add_deployment(const ServerlessResource& resource, const std::string& alias,
                      const Node& preference);
  // serverless_machine.cpp
  void expand_machine(const ServerlessResource& resource);
  void add_definition(const ServerlessResource& resource, Draft& properties);
  // serverless_api.cpp
  void expand_api(const ServerlessResource& resource);
  void expand_http_api(const ServerlessResource& resource);
  void expand_table(const ServerlessResource& resource);
  void expand_layer(const ServerlessResource& resource);
  void expand_application(const ServerlessResource& resource);
  void add_implicit_apis();
  void add_rest_parts(const std::string& id, const std::string& stage, Draft stage_properties,
                      const Node& at, const Node& owner);
  [[nodiscard]] Draft paths_of(const std::string& api, const Node& at) const;
  // serverless_events.cpp
  void expand_events(const ServerlessResource& resource, const Draft& target_arn,
                     const Draft& invoked, bool machine);
  void expand_event(const ServerlessEvent& event);
  void add_rule(const ServerlessEvent& event);
  void add_schedule(const ServerlessEvent& event);
  void add_subscription(const ServerlessEvent& event);
  void add_bucket_event(const ServerlessEvent& event);
  void add_log_filter(const ServerlessEvent& event);
  void add_source_mapping(const ServerlessEvent& event);
  void add_route(const ServerlessEvent& event);
  void add_permission(const ServerlessEvent& event, std::string_view principal, Draft source_arn);
  void add_invoker_role(const ServerlessEvent& event, std::string_view service);
  // serverless_role.cpp
  /// The role of a function or a machine that names none; its logical id.
  std::string add_role(const ServerlessResource& resource, std::string_view service,
                       const std::vector<std::string>& managed);

  // ---- Making resources ----
  /// With the owner's Condition.
  void add(std::string id, std::string_view type, Draft properties, const Node& owner);
  void complain(const Node& at, std::string message) {
    diagnostics_.add(at.complaint(std::move(message)));
  }
  void not_simulated(std::string what) { ++not_simulated_[std::move(what)]; }

  const Node& root_;
  const NestedTemplates& find_;
  Diagnostics& diagnostics_;
  NotSimulated& not_simulated_;
  Draft resources_;
  std::vector<ServerlessRoute> routes_;
  std::map<std::string, Draft> bucket_events_;  // by the bucket's logical id: LambdaConfigurations
  std::map<std::string, Draft> bucket_needs_;   // likewise: permissions that must stand first
  std::map<std::string, std::string> renames_;  // "Clean.Alias" -> "CleanAliaslive"
};

// ---- Words of templates ----
[[nodiscard]] Draft ref_to(std::string_view name, const Node& at);
[[nodiscard]] Draft attribute_of(std::string_view name, std::string_view attribute, const Node& at);
[[nodiscard]] Draft substituted(std::string text, const Node& at);
/// The entries of those keys that stand in `from`, under the same names.
void copy(const Node& from, std::initializer_list<std::string_view> keys, Draft& to);
/// One entry under another name.
void copy(const Node& from, std::string_view key, Draft& to, std::string_view as);
/// SAM has tags as a mapping, CloudFormation as a list of {Key, Value}.
[[nodiscard]] Draft tag_list(const Node& tags);
/// Ten hexadecimal digits that change with the text: SAM's suffix of versions and deployments.
[[nodiscard]] std::string short_hash(std::string_view text);
/// Letters and digits of a text: a part of a logical id.
[[nodiscard]] std::string id_part(std::string_view text);
/// The policy of a SAM policy template: {"SQSPollerPolicy": {"QueueName": ...}}; nothing where the
/// template is not known.
[[nodiscard]] std::optional<Draft> policy_of_template(std::string_view name,
                                                      const Node& parameters);

}  // namespace opsim
