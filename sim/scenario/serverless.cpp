// SAM's transform as a whole: Globals, every resource in turn, what they share.
// AWS: SAM specification, "Template anatomy", "Globals section"; "Referencing generated resources".
#include "sim/scenario/serverless.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "sim/scenario/serverless_expansion.hpp"

namespace opsim {

namespace {

constexpr std::string_view kTransform = "AWS::Serverless-2016-10-31";
constexpr std::string_view kPrefix = "AWS::Serverless::";

bool is_sam(const Node& transform) { return transform.spelling() == kTransform; }

/// "Lists are additive": the global items come first. "Maps are merged". "Primitive values are
/// replaced" (SAM, "Globals section", overridable).
Draft merged(const Node& global, const Node& own) {
  if (global.is_list() && own.is_list()) {
    Draft list = Draft::opened(global);
    for (const Node& item : own.items()) list.add(Draft::of(item));
    return list;
  }
  const bool functions = (global.size() == 1 && global.entry(0).key.starts_with("Fn::")) ||
                         (own.size() == 1 && own.is_mapping() && own.entry(0).key == "Ref");
  if (!global.is_mapping() || !own.is_mapping() || functions) return Draft::of(own);
  Draft mapping = Draft::opened(global);
  for (const auto& [key, value, at] : own.entries()) {
    const auto there = global.find(key);
    mapping.set(key, there ? merged(*there, value) : Draft::of(value));
  }
  return mapping;
}

/// Without SAM's own transform; others stay as they are.
void drop_transform(Draft& document, const Node& transform) {
  if (!transform.is_list() || transform.size() < 2) return document.erase("Transform");
  Draft others = Draft::list(transform);
  for (const Node& item : transform.items())
    if (!is_sam(item)) others.add(Draft::of(item));
  document.set("Transform", std::move(others));
}

}  // namespace

bool is_serverless(const Node& root) {
  const Node transform = root.find("Transform").value_or(Node{});
  if (is_sam(transform)) return true;
  for (const Node& item : transform.items())
    if (is_sam(item)) return true;
  return false;
}

Document expand_serverless(const Node& root, const NestedTemplates& find, Diagnostics& diagnostics,
                           NotSimulated& not_simulated) {
  return ServerlessExpansion{root, find, diagnostics, not_simulated}.expand();
}

Document ServerlessExpansion::expand() {
  const Node resources = root_.find("Resources").value_or(Node{});
  // More than the quota of a template: the reader says so; nothing is made of it.
  constexpr std::size_t kMostResources = 500;
  if (resources.size() > kMostResources) return build(Draft::of(root_));
  resources_ = Draft::mapping(resources);
  expand_resources();
  add_implicit_apis();
  add_bucket_notifications();
  Draft document = Draft::opened(root_);
  document.erase("Globals");
  drop_transform(document, root_.find("Transform").value_or(Node{}));
  if (resources.is_mapping()) document.set("Resources", std::move(resources_));
  if (!renames_.empty()) rename(document);
  return build(document);
}

void ServerlessExpansion::expand_resources() {
  const Node resources = root_.find("Resources").value_or(Node{});
  for (const auto& [id, text, at] : resources.entries()) {
    const std::string type{text.find("Type").value_or(Node{}).spelling()};
    if (type.starts_with(kPrefix) && expand_resource(resource_of(id, text))) continue;
    resources_.set(id, Draft::of(text));
  }
}

/// False for a type that is kept as it is, and listed.
bool ServerlessExpansion::expand_resource(const ServerlessResource& resource) {
  struct Row {
    std::string_view type;
    void (ServerlessExpansion::*expand)(const ServerlessResource&);
  };
  constexpr Row kRows[] = {
      {"Api", &ServerlessExpansion::expand_api},
      {"Application", &ServerlessExpansion::expand_application},
      {"Function", &ServerlessExpansion::expand_function},
      {"HttpApi", &ServerlessExpansion::expand_http_api},
      {"LayerVersion", &ServerlessExpansion::expand_layer},
      {"SimpleTable", &ServerlessExpansion::expand_table},
      {"StateMachine", &ServerlessExpansion::expand_machine},
  };
  const auto row = std::ranges::find(kRows, resource.type, &Row::type);
  if (row == std::end(kRows)) return false;
  (this->*row->expand)(resource);
  return true;
}

ServerlessResource ServerlessExpansion::resource_of(std::string_view id, const Node& text) const {
  std::string_view type = text.find("Type")->spelling();
  type.remove_prefix(kPrefix.size());
  ServerlessResource made{.id = std::string{id}, .type = type, .text = text, .properties = {}};
  const Node own = text.find("Properties").value_or(Node{});
  const Node globals = root_.find("Globals").value_or(Node{}).find(type).value_or(Node{});
  if (!globals.is_mapping()) {
    made.properties = own;
  } else if (!own.is_mapping()) {
    made.properties = globals;
  } else {
    made.properties = build(merged(globals, own)).root;
  }
  return made;
}

void ServerlessExpansion::add(std::string id, std::string_view type, Draft properties,
                              const Node& owner) {
  const Node& at = properties.from();
  Draft resource = Draft::mapping(at);
  resource.set("Type", Draft::text(std::string{type}, at));
  if (const auto condition = owner.find("Condition"))
    resource.set("Condition", Draft::of(*condition));
  resource.set("Properties", std::move(properties));
  resources_.set(id, std::move(resource));
}

/// "S3 bucket name ... must exist in the same template": the bucket tells the function.
void ServerlessExpansion::add_bucket_notifications() {
  for (auto& [id, rows] : bucket_events_) {
    Draft* bucket = resources_.find(id);
    if (bucket == nullptr) continue;
    Draft resource = Draft::opened(bucket->from());
    const Node written = bucket->from().find("Properties").value_or(Node{});
    Draft properties = written.is_mapping() ? Draft::opened(written) : Draft::mapping(rows.from());
    const Node told = written.find("NotificationConfiguration").value_or(Node{});
    Draft configuration = told.is_mapping() ? Draft::opened(told) : Draft::mapping(rows.from());
    configuration.set("LambdaConfigurations", std::move(rows));
    properties.set("NotificationConfiguration", std::move(configuration));
    resource.set("Properties", std::move(properties));
    Draft needs = bucket_needs_[id];
    const Node before = bucket->from().find("DependsOn").value_or(Node{});
    if (before.is_text()) needs.add(Draft::of(before));
    for (const Node& item : before.items()) needs.add(Draft::of(item));
    resource.set("DependsOn", std::move(needs));
    *bucket = std::move(resource);
  }
}

/// {Ref: Clean.Alias} and ${Clean.Alias}: "!Ref MyLambdaFunction.Alias" is SAM's own way to name
/// what it generates.
void ServerlessExpansion::rename(Draft& draft) const {
  if (draft.whole()) {
    const NodeKind kind = draft.kind();
    if (kind == NodeKind::list || kind == NodeKind::mapping) draft = Draft::opened(draft.from());
  }
  for (auto& [key, part] : draft.parts()) {
    if (part.kind() != NodeKind::text) {
      rename(part);
    } else if (key == "Ref" || key == "Fn::Sub") {
      const std::string text{part.spelling()};
      std::string better =
          key == "Ref" && renames_.contains(text) ? renames_.at(text) : renamed(text);
      if (better != text) part = Draft::text(std::move(better), part.from());
    }
  }
}

std::string ServerlessExpansion::renamed(std::string text) const {
  for (const auto& [name, real] : renames_) {
    const std::string written = fmt::format("${{{}}}", name);
    const std::string meant = fmt::format("${{{}}}", real);
    for (auto at = text.find(written); at != text.npos; at = text.find(written, at + meant.size()))
      text.replace(at, written.size(), meant);
  }
  return text;
}

// ---- Words of templates ----

Draft ref_to(std::string_view name, const Node& at) {
  Draft made = Draft::mapping(at);
  made.set("Ref", Draft::text(std::string{name}, at));
  return made;
}

Draft attribute_of(std::string_view name, std::string_view attribute, const Node& at) {
  Draft path = Draft::list(at);
  path.add(Draft::text(std::string{name}, at));
  path.add(Draft::text(std::string{attribute}, at));
  Draft made = Draft::mapping(at);
  made.set("Fn::GetAtt", std::move(path));
  return made;
}

Draft substituted(std::string text, const Node& at) {
  Draft made = Draft::mapping(at);
  made.set("Fn::Sub", Draft::text(std::move(text), at));
  return made;
}

void copy(const Node& from, std::initializer_list<std::string_view> keys, Draft& to) {
  for (const std::string_view key : keys) copy(from, key, to, key);
}

void copy(const Node& from, std::string_view key, Draft& to, std::string_view as) {
  if (const auto value = from.find(key)) to.set(as, Draft::of(*value));
}

Draft tag_list(const Node& tags) {
  if (!tags.is_mapping()) return Draft::of(tags);
  Draft list = Draft::list(tags);
  for (const auto& [key, value, at] : tags.entries()) {
    Draft tag = Draft::mapping(value);
    tag.set("Key", Draft::text(std::string{key}, value));
    tag.set("Value", Draft::of(value));
    list.add(std::move(tag));
  }
  return list;
}

/// FNV-1a; SAM takes the beginning of a SHA-256.
std::string short_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return fmt::format("{:016x}", hash).substr(0, 10);
}

std::string id_part(std::string_view text) {
  std::string part;
  for (const char c : text)
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) part += c;
  return part;
}

}  // namespace opsim
