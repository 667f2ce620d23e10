#pragma once
/// Text -> document with positions. All that is wrong with one text is told in one BadInput.
///
/// Limits    Size, depth, number of values, and what aliases expand to: reaching one is a
/// diagnosis.
///           A file over the size limit is refused before it is read.
/// YAML      The first document of a stream is read; a note tells when there are more. Aliases and
///           merge keys work (CloudFormation itself takes neither; packaging tools resolve them).
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "opsim/document/diagnostic.hpp"
#include "opsim/document/node.hpp"

namespace opsim {

/// What to do when a mapping has a key twice.
enum class Duplicates : std::uint8_t {
  refused,    // an error at the second one
  last_wins,  // as most AWS parsers do; a note at the one that is dropped
  every,      // all entries are kept in order; find() gives the last
};

struct ReadOptions {
  std::size_t max_bytes = 32U << 20U;
  std::size_t max_depth = 256;
  std::size_t max_values = 2'000'000;    // in the text
  std::size_t max_expanded = 4'000'000;  // with every alias and merge key written out
  Duplicates duplicates = Duplicates::refused;
};

struct Document {
  Node root;
  Diagnostics notes;  // never errors: they are thrown
};

/// `file` is only for messages.
[[nodiscard]] Document read_json(std::string_view file, std::string_view text,
                                 const ReadOptions& options = {});
[[nodiscard]] Document read_yaml(std::string_view file, std::string_view text,
                                 const ReadOptions& options = {});
/// JSON where the text starts as JSON does, else YAML: names such as .template tell nothing.
[[nodiscard]] Document read_text(std::string_view file, std::string_view text,
                                 const ReadOptions& options = {});
/// Reads a file; messages name it as `path` spells it.
[[nodiscard]] Document read_document(const std::filesystem::path& path,
                                     const ReadOptions& options = {});
/// A document of JSON that has no file; positions are those of its text on one line.
[[nodiscard]] Document document_of(std::string_view name, const Json& value);

}  // namespace opsim
