// Which folder may know which: the direction of includes, and the fences round large libraries.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "source_tree.hpp"

namespace opsim::style {
namespace {

struct Include {
  std::string name;  // "opsim/time.hpp"
  bool quoted;
  std::size_t offset;
};

std::vector<Include> includes_of(std::string_view text) {
  std::vector<Include> found;
  constexpr std::string_view directive = "\n#include ";
  for (std::size_t at = text.find(directive); at != text.npos; at = text.find(directive, at + 1)) {
    const std::size_t open = at + directive.size();
    const bool quoted = text[open] == '"';
    const std::size_t close = text.find(quoted ? '"' : '>', open + 1);
    found.push_back({std::string{text.substr(open + 1, close - open - 1)}, quoted, at + 1});
  }
  return found;
}

/// Where code of `of` may look. The first row that fits a file counts.
struct Direction {
  std::string_view of;
  std::vector<std::string_view> may_include;
};

std::vector<std::string_view> allowed_for(const SourceFile& file) {
  static const Direction directions[] = {
      {"include", {"opsim/"}},
      {"sim", {"opsim/", "sim/"}},
      {"tools", {"opsim/", "models/", "tools/"}},
  };
  for (const Direction& direction : directions)
    if (file.under(direction.of)) return direction.may_include;
  return {};
}

/// A model knows opsim/ and its own folder; the list of services knows the table of each.
bool model_may_include(const SourceFile& file, std::string_view name) {
  if (name.starts_with("opsim/")) return true;
  if (file.folder() == "models")
    return name == "models/catalog.hpp" || name.ends_with("/service.hpp");
  const std::string own = file.path.substr(0, file.path.find('/', std::string{"models/"}.size()));
  return name.starts_with(own + "/");
}

/// A library that only these files may see.
struct Fence {
  std::string_view library;
  std::vector<std::string_view> inside;
};

const Fence kFences[] = {
    {"boost/asio", {"sim/study/", "tools/"}},
    {"boost/beast", {"tools/server/"}},
    {"boost/graph",
     {"sim/scenario/dependency_graph.cpp", "models/fis/start_order.cpp",
      "models/workload/graph.cpp"}},
    {"sqlite3", {"tools/"}},
    {"yaml.h", {"sim/document/"}},
    {"thread", {"sim/study/", "tools/", "tests/"}},
    {"regex", {}},
};

bool is_of_library(std::string_view header, std::string_view library) {
  return header == library || header.starts_with(std::string{library} + "/");
}

constexpr std::string_view kLiterals = "\nusing namespace std::chrono_literals;";

TEST_SUITE("style: includes") {
  TEST_CASE("point one way: tools -> models -> sim -> opsim, and no model knows another") {
    std::vector<std::string> wrong;
    for (const SourceFile& file : source_tree()) {
      if (!file.is_code() || file.under("tests")) continue;
      const std::vector<std::string_view> allowed = allowed_for(file);
      for (const Include& include : includes_of("\n" + code_of(file.text))) {
        if (!include.quoted) continue;
        const bool fine =
            file.under("models")
                ? model_may_include(file, include.name)
                : std::ranges::any_of(allowed, [&](auto a) { return include.name.starts_with(a); });
        if (!fine)
          wrong.push_back(
              fmt::format("{}includes {}", place_of(file, include.offset), include.name));
      }
    }
    CHECK_MESSAGE(wrong.empty(), listed(wrong));
  }

  TEST_CASE("large libraries stay behind their fences") {
    std::vector<std::string> wrong;
    for (const SourceFile& file : source_tree()) {
      if (!file.is_code()) continue;
      for (const Include& include : includes_of("\n" + code_of(file.text)))
        for (const Fence& fence : kFences) {
          const auto inside = [&](auto folder) { return file.path.starts_with(folder); };
          if (is_of_library(include.name, fence.library) &&
              std::ranges::none_of(fence.inside, inside))
            wrong.push_back(
                fmt::format("{}includes {}", place_of(file, include.offset), include.name));
        }
    }
    CHECK_MESSAGE(wrong.empty(), listed(wrong));
  }

  TEST_CASE("headers guard themselves and open no namespace for others") {
    std::vector<std::string> wrong;
    for (const SourceFile& file : source_tree()) {
      if (!file.is_header()) continue;
      const std::string code = code_of(file.text);
      if (!file.text.starts_with("#pragma once\n"))
        wrong.push_back(file.path + ": must begin with #pragma once");
      // Literals (5min) are what opsim/kernel/time.hpp is for.
      const std::size_t opened = code.find("\nusing namespace ");
      if (opened != code.npos && !code.substr(opened).starts_with(kLiterals))
        wrong.push_back(file.path + ": using namespace at file scope");
    }
    CHECK_MESSAGE(wrong.empty(), listed(wrong));
  }
}

}  // namespace
}  // namespace opsim::style
