// Templates of nested stacks, where they stand beside the template that names them.
// AWS: CloudFormation User Guide, "Nested stacks"; `aws cloudformation package` turns such paths
// into URLs.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/scenario/template_reader.hpp"

namespace opsim {

namespace {

// No quota of AWS (which counts resources and operations): a bound on what is read.
constexpr std::size_t kDeepest = 10;
constexpr std::size_t kMostNested = 200;

}  // namespace

NestedTemplates templates_beside() {
  return [](std::string_view url, std::string_view from_file) -> std::optional<Document> {
    if (url.find("://") != std::string_view::npos || url.find("{{") != std::string_view::npos)
      return std::nullopt;
    const std::filesystem::path folder = std::filesystem::path{from_file}.parent_path();
    const std::filesystem::path path = (folder / url).lexically_normal();
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return std::nullopt;
    return read_document(path, {.duplicates = Duplicates::last_wins});
  };
}

void TemplateReader::read_nested(const TemplateResource& resource, ResourceBody& body) {
  if (resource.type != "AWS::CloudFormation::Stack" || !nesting_.find) return;
  const Node url = resource.text.locate("/Properties/TemplateURL");
  if (!url.is_text()) return;
  try {
    const std::optional<Document> found = nesting_.find(url.spelling(), root_.file());
    if (!found) return;
    const std::string file{found->root.file()};
    std::string chain;
    for (const std::string& outer : nesting_.chain) chain += outer + " -> ";
    if (std::ranges::find(nesting_.chain, file) != nesting_.chain.end())
      return complain(url, fmt::format("a stack that nests itself: {}{}", chain, file));
    if (nesting_.chain.size() >= kDeepest)
      return complain(url,
                      fmt::format("stacks nested more than {} deep: {}{}", kDeepest, chain, file));
    if (++nesting_.read > kMostNested)
      return complain(url, fmt::format("more than {} nested stacks are not read", kMostNested));
    NestedReading inner{nesting_.find, nesting_.chain, nesting_.read, {}};
    inner.chain.push_back(file);
    diagnostics_.append(found->notes);
    body.nested = Template{read_body(found->root, diagnostics_, inner)};
  } catch (const BadInput& wrong) {
    diagnostics_.append(wrong.diagnostics());
  }
}

}  // namespace opsim
