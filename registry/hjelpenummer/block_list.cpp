// The list of a block's numbers, and the signature over it.
#include "registry/hjelpenummer/blocks.h"

namespace grunndata::registry::hjelpenummer {

std::string block_list(const Block& block) {
  std::string list = "grunndata reserved hjelpenumre 1\n";
  const auto line = [&list](std::string_view name, std::string_view value) {
    list.append(name).append(" ").append(value).append("\n");
  };
  line("block", std::to_string(block.number));
  line("organisation", block.organisation);
  line("label", block.label);
  line("reserved", format_instant(block.reserved));
  line("expires", format_instant(block.expires));
  line("count", std::to_string(block.numbers.size()));
  for (const std::string& number : block.numbers) {
    list.append(number).append("\n");
  }
  return list;
}

std::string signed_block_list(const Block& block) {
  return block_list(block) + "\n" + block.signature;
}

Result<void> verify_block(const Block& block, const audit::VerifierKey& key) {
  const auto opened = audit::open_note(signed_block_list(block), key);
  if (!opened) {
    return tl::unexpected(opened.error());
  }
  return *opened == block_list(block)
             ? Result<void>{}
             : fail(ErrorCode::invalid, "the signature is over another list than the block's");
}

} // namespace grunndata::registry::hjelpenummer
