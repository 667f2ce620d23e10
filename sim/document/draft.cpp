#include "sim/document/draft.hpp"

#include <algorithm>

#include "sim/document/tree_builder.hpp"

namespace opsim {

namespace {

class Writer {
 public:
  explicit Writer(TreeBuilder& builder) : builder_{builder} {}

  void write(const Draft& draft) {
    if (draft.whole()) return write(draft.from());
    const Position at = draft.from().position();
    if (!draft.is_list() && !draft.is_mapping()) {
      builder_.scalar(draft.kind(), draft.spelling(), at);
      return;
    }
    builder_.open(draft.kind(), at);
    for (const auto& [key, part] : draft.parts()) {
      if (draft.is_mapping()) builder_.key(key, part.from().position());
      write(part);
    }
    builder_.close();
  }

 private:
  void write(const Node& node) {
    if (!node.is_list() && !node.is_mapping()) {
      builder_.scalar(node.kind(), node.spelling(), node.position());
      return;
    }
    builder_.open(node.kind(), node.position());
    for (const Node& item : node.items()) write(item);
    for (const auto& [key, value, at] : node.entries()) {
      builder_.key(key, at);
      write(value);
    }
    builder_.close();
  }

  TreeBuilder& builder_;
};

}  // namespace

Draft Draft::of(const Node& node) {
  Draft draft;
  draft.from_ = node;
  draft.whole_ = true;
  return draft;
}

Draft Draft::opened(const Node& node) {
  if (!node.is_list() && !node.is_mapping()) return of(node);
  Draft draft;
  draft.from_ = node;
  draft.kind_ = node.kind();
  for (const Node& item : node.items()) draft.parts_.emplace_back("", of(item));
  for (const auto& [key, value, at] : node.entries()) draft.parts_.emplace_back(key, of(value));
  return draft;
}

Draft Draft::text(std::string value, const Node& at) {
  Draft draft;
  draft.from_ = at;
  draft.kind_ = NodeKind::text;
  draft.text_ = std::move(value);
  return draft;
}

Draft Draft::mapping(const Node& at) {
  Draft draft;
  draft.from_ = at;
  draft.kind_ = NodeKind::mapping;
  return draft;
}

Draft Draft::list(const Node& at) {
  Draft draft;
  draft.from_ = at;
  draft.kind_ = NodeKind::list;
  return draft;
}

Draft Draft::json(const Json& value, const Node& at) {
  if (value.is_string()) return text(value.get<std::string>(), at);
  Draft draft = value.is_array() ? list(at) : mapping(at);
  if (value.is_structured()) {
    for (const auto& [key, part] : value.items())
      draft.parts_.emplace_back(value.is_array() ? std::string{} : key, json(part, at));
    return draft;
  }
  draft.kind_ = value.is_number()    ? NodeKind::number
                : value.is_boolean() ? NodeKind::boolean
                                     : NodeKind::null;
  if (!value.is_null()) draft.text_ = value.dump();
  return draft;
}

Draft& Draft::set(std::string_view key, Draft value) {
  if (Draft* there = find(key)) return *there = std::move(value);
  return parts_.emplace_back(key, std::move(value)).second;
}

Draft& Draft::add(Draft item) { return parts_.emplace_back("", std::move(item)).second; }

void Draft::erase(std::string_view key) {
  std::erase_if(parts_, [&](const auto& part) { return part.first == key; });
}

Draft* Draft::find(std::string_view key) {
  const auto named = [&](const auto& part) { return part.first == key; };
  const auto found = std::find_if(parts_.rbegin(), parts_.rend(), named);  // the last one counts
  return found == parts_.rend() ? nullptr : &found->second;
}

Document build(const Draft& root) {
  Document document;
  const ReadOptions options{.duplicates = Duplicates::last_wins};
  TreeBuilder builder{root.from().file(), 0, options, document.notes};
  try {
    Writer{builder}.write(root);
  } catch (const Stopped&) {
    document.notes.throw_if_any();
    throw;
  }
  document.root = Tree::root(builder.finish());
  return document;
}

}  // namespace opsim
