/** Names for people who haven't given one: friendly, short, and unlikely to meet themselves in a room. */
import { msg } from './localize';

/** `random` is in [0, 1) and is asked twice. The adjectives fit every animal; in Portuguese they are the same for both genders. */
export function makeUpName(random: () => number): string {
  const adjective = pick(adjectives(), random());
  const animal = pick(animals(), random());
  // Two placeholders with nothing but a space between them become one in the translator's file, and could not change places.
  return msg('ADJECTIVE ANIMAL', { id: 'made-up-name', desc: 'A made-up name. Turn the two words about where the language does.' }).replace('ADJECTIVE', adjective).replace('ANIMAL', animal);
}

function pick(list: string, random: number): string {
  const words = list.split(',');
  return words[Math.floor(random * words.length)] ?? list;
}

function adjectives(): string {
  return msg('Happy,Gentle,Loyal,Agile,Swift,Cheerful,Brave,Brilliant,Elegant,Patient,Radiant,Smiling,Bright,Kind,Lively,Steady', {
    id: 'made-up-adjectives',
    desc: 'Separated by commas, without spaces. Any number of words; none that changes with the gender of the animal.',
  });
}

function animals(): string {
  return msg('Otter,Heron,Fox,Owl,Dolphin,Robin,Badger,Hare,Swan,Lynx,Seal,Finch,Panda,Koala,Falcon,Turtle,Puffin,Wren,Beaver,Crane,Gecko,Lark,Moose,Raven', {
    id: 'made-up-animals',
    desc: 'Separated by commas, without spaces.',
  });
}
