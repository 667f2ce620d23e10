// Any bytes either read or are told why not; what reads comes back from its JSON; no shape, pointer
// or message fails on it. Build with clang: -fsanitize=fuzzer,address,undefined.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "opsim/document/read.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/json.hpp"

namespace {

using namespace opsim;

constexpr std::string_view kWords[] = {"a", "b"};
constexpr Shape kText{.kind = Kind::text, .allowed = kWords};
constexpr Shape kTakes{.kind = Kind::distribution};
constexpr Shape kGrows{.kind = Kind::rate};
constexpr Shape kTexts{.kind = Kind::one_or_list, .of = &kText};
extern const Shape kAnything;
const Shape* const kChoices[] = {&kTakes, &kGrows, &kTexts, &kAnything};
const Shape kEither{.kind = Kind::either, .choices = kChoices};
const Field kFields[] = {{.name = "a", .shape = &kEither},
                         {.name = "b", .shape = &kTakes, .need = Need::required}};
const Shape kAnything{.kind = Kind::mapping, .name = "anything", .fields = kFields};

void demand(bool holds) {
  if (!holds) std::abort();
}

void visit(const Node& node) {
  demand(node.position().line >= 1 && node.position().column >= 1);
  static_cast<void>(node.describe());
  for (const Node& item : node.items()) visit(item);
  for (const Entry& entry : node.entries()) {
    demand(node.contains(entry.key));
    visit(entry.value);
  }
}

void read_as(Document (*read)(std::string_view, std::string_view, const ReadOptions&),
             std::string_view text) {
  // Small limits: the fuzzer reaches them with small inputs.
  const ReadOptions options{.max_depth = 32,
                            .max_values = 5000,
                            .max_expanded = 20'000,
                            .duplicates = Duplicates::last_wins};
  try {
    const Document document = read("fuzz", text, options);
    visit(document.root);
    const Json json = document.root.to_json();
    demand(document_of("again", json).root.to_json() == json);
    Diagnostics found;
    check(document.root, kEither, found, cloudformation_properties("fuzz"));
    check(document.root, kEither, found);
    static_cast<void>(found.text());
  } catch (const BadInput& bad) {
    demand(bad.diagnostics().count() > 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_as(read_json, text);
  read_as(read_yaml, text);
  return 0;
}
