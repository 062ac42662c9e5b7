/** The seven numbers that two people compare, as emoji: things that everybody has a word for and no two of which look alike. All are in Unicode 9 or older, so that old systems draw them. */

/** Sixty-four, so that each stands for six bits. Their order is part of the protocol between two people: changed, the same code would show differently on two versions of the page. */
export const codeEmoji: readonly string[] =
  '🐶 🐱 🦊 🐻 🐼 🦁 🐸 🐵 🐔 🐧 🦉 🐰 🐴 🐘 🐨 🐢 🐍 🐙 🐳 🐟 🦀 🐞 🦋 🐊 🌵 🌳 🌻 🍄 🍁 🍎 🍌 🍇 🍓 🍍 🍉 🥕 🌽 🍞 🧀 🍦 ☕ ⭐ 🌙 ☁️ 🌈 🔥 ⛄ ☂️ 🚌 🚲 🚂 ✈️ 🚀 ⚓ 🏠 🔑 🔔 🎸 🏆 🎁 ⏰ ✂️ 📖 💡'.split(' ');
