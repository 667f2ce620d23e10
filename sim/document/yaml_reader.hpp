#pragma once
#include "opsim/document/diagnostic.hpp"
#include "sim/document/source_text.hpp"
#include "sim/document/tree_builder.hpp"

namespace opsim {

/// The first YAML document of a text. Throws Stopped after a complaint that ends the reading; gives
/// false where the text holds no document.
[[nodiscard]] bool read_yaml_events(std::string_view file, const SourceText& source,
                                    TreeBuilder& builder, Diagnostics& diagnostics);

}  // namespace opsim
